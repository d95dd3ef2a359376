"""Rows read = kept + rejected + left out, and rows kept = orders + merged, whatever an export holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from loading import HEADER, export

from wieder.config import OrderRules, Settings
from wieder.notices import discard
from wieder.store.open import open_shop

if TYPE_CHECKING:
    import pytest

BAD = {
    "short": "1,A",
    "long": "1,A,2024-01-20,5.00,paid,more",
    "quote": '1,A,2024-01-20,5.00,"a"b',
    "date": "1,A,2024-02-30,5.00,paid",
    "amount": "1,A,2024-01-20,much,paid",
    "no id": ",A,2024-01-20,5.00,paid",
    "blank": ",,,,",
    "footer": "Summe,,,500.00,",
    "header": f"{HEADER},status",
}
"""Rows that are rejected, each for a different reason."""

ORDERS = st.tuples(st.integers(10, 16), st.sampled_from(["paid", "paid", "test"]))
ROWS = st.lists(st.one_of(ORDERS, st.sampled_from(sorted(BAD)), st.just("empty line")), max_size=14)

COUNTS = """
    select
        rows_read, rows_rejected, rows_left_out, rows_merged, orders_kept, rows_kept,
        orders_replaced, rows_replaced
    from loads
    order by file
"""


def order(number: int, status: str) -> str:
    """A row of an order; the customer follows from the order."""
    return f"{number},C{number % 3},2024-01-{number:02},{number}.50,{status}"


def line(row: tuple[int, str] | str) -> str:
    return order(*row) if isinstance(row, tuple) else BAD.get(row, "")


def kept_of(rows: list[tuple[int, str] | str]) -> list[int]:
    return [row[0] for row in rows if isinstance(row, tuple) and row[1] == "paid"]


@settings(max_examples=15, deadline=None)
@given(ROWS, ROWS)
def test_every_row_of_two_exports_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[int, str] | str],
    second: list[tuple[int, str] | str],
) -> None:
    good: list[tuple[int, str] | str] = [(number, "paid") for number in range(20, 29)]
    contents = [[*good, *first], [(30, "paid"), *good, *second]]
    folder = tmp_path_factory.mktemp("exports")
    files = [
        str(export(folder / f"{number}.csv", *map(line, rows), header=f"{HEADER},status"))
        for number, rows in enumerate(contents)
    ]
    rules = Settings(orders=OrderRules(where="status = 'paid'"))
    with open_shop(files, rules, None, discard) as con:
        counts = con.execute(COUNTS).fetchall()
        [(n_orders, n_rows)] = con.execute("select count(*), sum(n_rows)::INTEGER from orders").fetchall()
        [(n_rejects,)] = con.execute("select count(*) from rejects").fetchall()
    held = [kept_of(rows) for rows in contents]
    again = set(held[0]) & set(held[1])
    for number, (rows, kept, count) in enumerate(zip(contents, held, counts, strict=True)):
        replaced = (len(again), sum(order in again for order in held[0])) if number else (0, 0)
        rejected = sum(row in BAD for row in rows)
        left_out = sum(row[1] == "test" for row in rows if isinstance(row, tuple))
        merged, orders = len(kept) - len(set(kept)), len(set(kept))
        assert count == (
            len(kept) + rejected + left_out, rejected, left_out, merged, orders, len(kept), *replaced
        )  # fmt: skip
    assert n_orders == len(set(held[0]) | set(held[1]))
    assert n_rows == len(held[1]) + sum(order not in again for order in held[0])
    assert n_rejects == sum(row in BAD for rows in contents for row in rows)
