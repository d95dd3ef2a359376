"""A shop simulated from BG/NBD and Gamma-Gamma: `python -m tests.bench.model_world FOLDER`."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

AS_OF = date(2026, 1, 1)
LONGEST_AGE = 728
R, ALPHA, A, B = 0.2426, 4.4136 * 7, 0.7929, 2.4259
"""Parameters of CDNOW, converted from weeks to days; a million customers have 2.35 million orders."""
P, Q, V = 6.25, 3.744, 15.44


def write_world(folder: Path, customers: int, seed: int = 1) -> None:
    """Write model_orders.parquet and model_orders.csv, one row per order, sorted by time."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(seed)
    customer, day = _purchases(chance, customers)
    means = 1 / chance.gamma(Q, 1 / V, customers)
    amount = np.maximum(np.round(chance.gamma(P, means[customer]), 2), 0.01)
    with duckdb.connect() as con:
        con.register("drawn", {"customer": customer, "day": day, "amount": amount})
        con.sql(ORDERS).write_parquet(str(folder / "model_orders.parquet"))
        con.sql(ORDERS).write_csv(str(folder / "model_orders.csv"))


START = AS_OF - timedelta(days=LONGEST_AGE + 1)
ORDERS = f"""
    select row_number() over (order by day, customer, amount) as order_id, 'c' || customer as customer_id,
        date '{START}' + cast(day as integer) as ordered_at, cast(amount as decimal(10, 2)) as amount
    from drawn order by order_id
"""


def _purchases(chance: np.random.Generator, customers: int) -> tuple[Integers, Integers]:
    """The customer and day of every purchase, both numbered from 0."""
    born = chance.uniform(0, LONGEST_AGE, customers)
    drawn = list(_rounds(chance, born))
    return (
        np.concatenate([customer for customer, _ in drawn]),
        np.floor(np.concatenate([time for _, time in drawn])).astype(np.int64),
    )


def _rounds(chance: np.random.Generator, born: Floats) -> Iterator[tuple[Integers, Floats]]:
    """The first purchase of all customers, then the second of those still active, and so on."""
    customer, time = np.arange(born.size), born
    rate, leaving = chance.gamma(R, 1 / ALPHA, born.size), chance.beta(A, B, born.size)
    while customer.size:
        yield customer, time
        wait = chance.exponential(1, customer.size) / np.maximum(rate[customer], 1e-300)
        is_first = time == born[customer]
        stays = is_first | (chance.random(customer.size) >= leaving[customer])
        buys = stays & (time + wait < LONGEST_AGE + 1)
        customer, time = customer[buys], (time + wait)[buys]


def main() -> None:
    """Run the simulation from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.model_world", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, default=1_000_000)
    given = parser.parse_args()
    write_world(given.folder, given.customers)


if __name__ == "__main__":
    main()
