"""Selection of time, and facts about a shop before any computation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from asked import asked_of
from shops import known_shop, shop, silent
from wieder.asking.shop import Shop
from wieder.config import OrderRules, Settings
from wieder.errors import DataError, UsageError, WiederError
from wieder.periods import Period, PeriodKind

if TYPE_CHECKING:
    from wieder.database import Connection
    from wieder.notices import Notice

ROWS = [
    ("1", "a", "2023-01-15 10:00", "10"),
    ("2", "a", "2023-02-15 10:00", "20"),
    ("3", "b", "2023-02-20 10:00", "40"),
    ("4", None, "2023-03-01 00:00", "5"),
    ("5", "a", "2024-02-29 10:00", "30"),
    ("6", "b", "2024-03-05 10:00", "70"),
]


def test_orders_dated_in_the_future_are_left_out() -> None:
    con = shop([*ROWS, ("7", "a", "2999-01-01", "1")])
    notices: list[Notice] = []
    assert asked_of(con, notify=notices.append, today=date(2024, 3, 6)).as_of == date(2024, 3, 6)
    assert [notice.slug for notice in notices] == ["future-orders"]


def test_only_whole_periods_inside_the_span_are_shown() -> None:
    con = known_shop(ROWS)
    months = asked_of(con, PeriodKind.MONTH, since="2023-02-01", until="2023-05-01")
    assert [p.start.month for p in months.shown] == [2, 3, 4]
    assert asked_of(con, PeriodKind.MONTH).shown[-1] == Period(date(2024, 2, 1), date(2024, 3, 1))
    assert asked_of(con, PeriodKind.MONTH, incomplete=True).shown[-1].start == date(2024, 3, 1)


@pytest.mark.parametrize("name", ["colour", "customers.channel", "order_id", "orders."])
def test_an_unknown_column_to_cut_by_lists_those_that_are_there(name: str) -> None:
    con = shop([("1", "a", "2024-01-01", "1", {"channel": "web"})])
    with pytest.raises(UsageError, match="there is no such column") as caught:
        asked_of(con, as_of="2024-02-01", by=(name,))
    assert "channel" in caught.value.remedy


def test_too_many_segments_are_refused() -> None:
    con = shop([(str(n), "a", "2024-01-01", "1", {"note": f"n{n}"}) for n in range(501)])
    with pytest.raises(UsageError, match="501 segments; at most 500"):
        _ = asked_of(con, as_of="2024-02-01", by=("note",)).cuts


@pytest.mark.parametrize(
    ("selection", "error"),
    [
        ({"as_of": "2023-01-15"}, DataError),
        ({"since": "2025-01-01"}, UsageError),
        ({"until": "2023-01-01", "kind": PeriodKind.MONTH}, UsageError),
    ],
)
def test_a_span_without_data_is_refused(selection: dict[str, Any], error: type[WiederError]) -> None:
    with pytest.raises(error, match="2023-01-15"):
        _ = asked_of(known_shop(ROWS), **selection).shown


def test_a_shop_without_a_valid_order_is_refused() -> None:
    with pytest.raises(DataError, match="no valid order"):
        asked_of(shop([("1", "a", "2024-01-01", "1", {"status": "cancelled"})]))


def test_the_currency_is_that_of_the_orders_if_they_agree() -> None:
    assert (
        asked_of(shop([("1", "a", "2024-01-01", "1", {"currency": "EUR"})]), as_of="2024-02-01").currency
        == "EUR"
    )
    assert asked_of(known_shop(ROWS)).currency == ""


def profiled(*includes: list[str] | None) -> Connection:
    """A shop with one file per list of parts that its amounts include; None: unknown."""
    con = shop(ROWS)
    con.execute("delete from profiles")
    for found in includes:
        con.execute(
            "insert into profiles (table_name, amount_includes) values ('orders', $found)", {"found": found}
        )
    return con


@pytest.mark.parametrize(
    ("includes", "known"),
    [
        ([["tax", "shipping"]], ("tax", "shipping")),
        ([[], []], ()),
        ([["tax"], ["tax", "shipping"]], None),
        ([["tax"], None], None),
        ([None], None),
    ],
)
def test_amounts_include_the_parts_that_all_exports_share(
    includes: list[list[str] | None], known: tuple[str, ...] | None
) -> None:
    con = profiled(*includes)
    assert Shop(con, Settings(), silent).amount_includes == known
    assert asked_of(con).shop.amount_includes == known
    set_rules = Settings(orders=OrderRules(amount_includes=("shipping",)))
    assert Shop(con, set_rules, silent).amount_includes == ("shipping",)
    con.execute("alter table profiles drop column amount_includes")
    assert Shop(con, Settings(), silent).amount_includes is None
