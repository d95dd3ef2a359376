"""A simulated shop of any size: `python -m tests.bench.simulate FOLDER [--customers N] [--orders M]`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import duckdb

SQL = Path(__file__).with_name("simulation.sql")


@dataclass(frozen=True, kw_only=True)
class Size:
    """The size of the shop."""

    customers: int = 1_000_000
    orders: int = 5_000_000
    """At least 1.03 per customer: every customer buys, and one order in fifty is placed by a guest."""
    seed: int = 1

    @property
    def guest_orders(self) -> int:
        """Orders without a customer."""
        return self.orders // 50


def simulate(folder: Path, size: Size) -> None:
    """Write orders.csv, orders.parquet and customers.csv to `folder`.

    The orders are sorted by time and order id. The same size gives the same bytes with
    the same version of DuckDB, whose hash function replaces random numbers. Raises SystemExit
    if there are too few orders for the customers.
    """
    if size.orders - size.guest_orders < size.customers:
        raise SystemExit(f"{size.orders} orders are too few for {size.customers} customers")
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        variables = {"n_customers": size.customers, "n_orders": size.orders, "seed": size.seed}
        for name, value in variables.items():
            con.execute(f"set variable {name} = {value:d}")
        con.execute(SQL.read_text("utf-8"))
        con.sql("from orders").write_csv(str(folder / "orders.csv"))
        con.sql("from orders").write_parquet(str(folder / "orders.parquet"))
        con.sql("from customers").write_csv(str(folder / "customers.csv"))


def main() -> None:
    """Run the simulation from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.simulate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, default=Size.customers)
    parser.add_argument("--orders", type=int, default=Size.orders)
    parser.add_argument("--seed", type=int, default=Size.seed)
    given = parser.parse_args()
    simulate(given.folder, Size(customers=given.customers, orders=given.orders, seed=given.seed))


if __name__ == "__main__":
    main()
