"""Realised value: by hand, against its witness, and by invariants."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import asked_of, confirm
from shops import known_shop
from wieder.periods import PeriodKind
from wieder.questions.clv.realised import REALISED_VALUE, realised, realised_of, realised_values
from wieder.questions.segments.groups import Grouping, customer_groups

if TYPE_CHECKING:
    from wieder.database import Connection

ROWS = [
    ("1", "a", "2023-01-01", "10", {"channel": "shop"}),
    ("2", "a", "2023-04-01", "20", {"channel": "shop"}),  # day 90: the last of the horizon
    ("3", "a", "2023-04-02", "40", {"channel": "web"}),  # day 91
    ("4", "b", "2023-02-01", "50", {"channel": "web"}),
    ("5", "c", "2024-01-01", "70", {"channel": "web"}),  # observed for 90 whole days, but not for 365
    ("6", "d", "2024-03-01", "90", {"channel": "web"}),  # not observed for long enough
    ("7", None, "2023-05-01", "80", {"channel": "web"}),
]
AS_OF = date(2024, 4, 1)


def table_of(
    con: Connection,
    grouping: Grouping | None = None,
    kind: PeriodKind = PeriodKind.ALL,
    by: tuple[str, ...] = (),
) -> dict[tuple[str, int], dict[str, Any]]:
    """The rows by segment and horizon, confirmed by the witness where it covers them."""
    asked = asked_of(con, as_of=AS_OF, by=by)
    confirm(asked, realised_of(asked))
    return {
        (row["segment"], row["horizon_days"]): row
        for groups in customer_groups(asked, kind, grouping)
        for row in realised(asked, groups).to_dicts()
    }


def test_only_customers_observed_for_the_whole_horizon_count() -> None:
    rows = table_of(known_shop(ROWS))
    ltv90, ltv365 = rows["", 90], rows["", 365]
    assert (ltv90["customers"], float(ltv90["revenue"]), ltv90["value"]) == (3, 150.0, 50.0)
    assert (ltv365["customers"], float(ltv365["revenue"]), ltv365["value"]) == (2, 120.0, 60.0)
    # 30, 50 and 70: three customers with a standard deviation of 20.
    assert ltv90["value_high"] - ltv90["value"] == pytest.approx(1.959964 * 20 / 3**0.5)


def test_values_do_not_depend_on_the_order_of_customers() -> None:
    money = [f"{number * number}.{number % 97:02}" for number in range(3000)]
    members = pl.DataFrame({"customer": range(3000), "segment": [0] * 3000})
    spent = members.select(
        "customer",
        horizon_days=pl.lit(90, pl.Int32),
        revenue=pl.Series(money).str.to_decimal(scale=2).cast(pl.Decimal(38, 4)),
    )
    ordered = realised_values(spent, members).sort("horizon_days")
    for seed in range(5):
        shuffled = realised_values(spent.sample(fraction=1, shuffle=True, seed=seed), members)
        assert shuffled.sort("horizon_days").equals(ordered)


def test_customers_are_cut_by_their_first_order_and_the_parts_add_up() -> None:
    rows = table_of(known_shop(ROWS), by=("channel",))
    parts = [rows[channel, 90] for channel in ("shop", "web")]
    assert [part["customers"] for part in parts] == [1, 2]
    assert sum(part["revenue"] for part in parts) == rows["", 90]["revenue"]
    assert parts[0]["value_low"] is None, "one customer has no interval"


def test_cohorts_that_are_too_young_are_unknown_and_not_0() -> None:
    rows = table_of(known_shop(ROWS), Grouping.COHORT, kind=PeriodKind.YEAR)
    assert rows["2023", 365]["customers"] == 2
    young = rows["2024", 365]
    assert (young["customers"], young["value"], young["state"]) == (0, None, "none")


def test_segments_of_the_scheme_are_groups() -> None:
    rows = table_of(known_shop(ROWS), Grouping.SEGMENT)
    named = {segment for segment, _ in rows} - {""}
    assert named
    assert sum(rows[name, 90]["customers"] for name in named) == rows["", 90]["customers"]


def test_the_schema_is_that_of_the_table() -> None:
    asked = asked_of(known_shop(ROWS), as_of=AS_OF)
    (whole,) = customer_groups(asked, PeriodKind.ALL, None)
    assert realised(asked, whole).schema == REALISED_VALUE.schema
    assert isinstance(realised(asked, whole), pl.DataFrame)
