"""One row per customer, for the CRM and the mail tool."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.asking.table import Table, TableColumn
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.questions.segments.witness import members

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from wieder.config import Segmentation
    from wieder.questions.segments.schemes import Scheme
    from wieder.questions.segments.thresholds import Thresholds

COLUMNS = (
    TableColumn(name="customer_key", type=Type.TEXT, label=Text(de="Kunde", en="Customer")),
    TableColumn(name="first_order", type=Type.DATE, label=Text(de="erste Bestellung", en="First order")),
    TableColumn(name="last_order", type=Type.DATE, label=Text(de="letzte Bestellung", en="Last order")),
    TableColumn(
        name="days_since_last_order",
        type=Type.SHORT,
        label=Text(de="Tage seither", en="Days since"),
        unit=Unit.COUNT,
    ),
    TableColumn(name="orders", type=Type.SHORT, label=Text(de="Bestellungen", en="Orders"), unit=Unit.COUNT),
    TableColumn(name="revenue", type=Type.FLOAT, label=Text(de="Umsatz", en="Revenue"), unit=Unit.MONEY),
    TableColumn(
        name="average_order_value",
        type=Type.FLOAT,
        label=Text(de="Ø Bestellwert", en="Average order value"),
        unit=Unit.MONEY,
    ),
    TableColumn(name="recency_score", type=Type.SHORT, label=Text(de="R", en="R"), unit=Unit.COUNT),
    TableColumn(name="frequency_score", type=Type.SHORT, label=Text(de="F", en="F"), unit=Unit.COUNT),
    TableColumn(name="money_score", type=Type.SHORT, label=Text(de="M", en="M"), unit=Unit.COUNT),
    TableColumn(name="customer_segment", type=Type.TEXT, label=Text(de="Segment", en="Segment")),
    TableColumn(
        name="previous_segment", type=Type.TEXT, label=Text(de="Segment vorher", en="Previous segment")
    ),
    TableColumn(
        name="median_gap_days",
        type=Type.FLOAT,
        label=Text(de="Abstand (Median)", en="Median gap"),
        unit=Unit.DAYS,
    ),
    TableColumn(
        name="expected_next_order",
        type=Type.DATE,
        label=Text(de="nächste Bestellung erwartet", en="Next order expected"),
    ),
    TableColumn(name="next_birthday", type=Type.DATE, label=Text(de="Geburtstag", en="Birthday")),
    TableColumn(name="next_anniversary", type=Type.DATE, label=Text(de="Jubiläum", en="Anniversary")),
)
"""Frames have birthday and anniversary only if these are requested."""

MEANING = Text(
    de="Eine Zeile je Kunde mit mindestens einer gültigen Bestellung vor dem Stichtag. Punkte 1 bis 5, 5 ist am"
    " besten; leer ohne Bestellung im Rückblick. Das Segment vorher ist das am Ende der letzten Periode vor dem"
    " Stichtag, mit denselben Schwellen; leer, wer da noch kein Kunde war. Die nächste Bestellung wird nach dem"
    " Median der eigenen Abstände erwartet, der bei wenigen Abständen zum Median des Shops hin gezogen wird;"
    " leer, wer länger schweigt als neun von zehn Abständen dauern.",
    en="One row per customer with at least one valid order before as-of. Scores are 1 to 5, 5 the best; empty"
    " without an order in the look-back. The previous segment is that at the end of the last period before as-of,"
    " by the same thresholds; empty for who was no customer yet. The next order is expected after the median of"
    " the customer's gaps, which few gaps draw towards the shop's median; empty for who has been silent for"
    " longer than nine of ten gaps last.",
)

WITNESS = """
select customer_keys.customer_key, buyers.first_order, buyers.last_order, buyers.days_since_last_order,
       buyers.orders, buyers.revenue, buyers.average_order_value,
       recency_score, frequency_score, money_score, ([{names}])[place] as customer_segment
from buyers
join customer_keys on customer_keys.customer = buyers.customer
left join members on members.customer = buyers.customer
"""


def customers_table(
    scheme: Scheme, settings: Segmentation, frozen: Thresholds | None, further: Sequence[str] = ()
) -> Table:
    """Return the table of this scheme, with `further` columns of the customer export."""
    names = ", ".join("'" + name.replace("'", "''") + "'" for name in scheme.names)
    extras = (TableColumn(name=name, type=Type.TEXT, label=Text(de=name, en=name)) for name in further)
    return Table(
        id=f"customers_{scheme.name}",
        label=Text(de="Kunden", en="Customers"),
        meaning=MEANING,
        columns=(*COLUMNS, *extras),
        keys=("customer_key",),
        empty={
            "recency_score": "there is no order in the look-back, or the scheme has no scores",
            "frequency_score": "as recency_score",
            "money_score": "as recency_score",
            "customer_segment": "the customer is in no segment of the scheme",
            "previous_segment": "as customer_segment at that time, or not a customer yet",
            "median_gap_days": "the customer bought on one day only",
            "expected_next_order": "the customer has been silent for longer than nine of ten gaps last, or no customer has bought again",
            "next_birthday": "it is not within the days of --upcoming, or the birthday is not known",
            "next_anniversary": "it is not within the days of --upcoming",
        },
        witness=members(scheme, settings, "(select as_of from scope)", frozen)
        + WITNESS.replace("{names}", names),
    )


@dataclass(frozen=True, kw_only=True)
class ShopGaps:
    """Gaps between two purchase days of a customer, over all customers of the shop."""

    median_days: float
    usual_days: int
    """The 90 % quantile of the gaps."""


PRIOR_GAPS = 3
"""Weight of the shop's median, as a number of the customer's own gaps."""


def customer_rows(assigned: pl.DataFrame, before: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """Return the customers of `assigned` with the names of their segment and previous segment.

    `assigned` and `before` are results of `schemes.assign` for the report date and for
    the end of the period before.
    """
    names = pl.Series(scheme.names, dtype=pl.String)
    previous = before.select("customer", previous_place="place")
    money = pl.col("revenue").cast(pl.Float64)
    return assigned.join(previous, on="customer", how="left").with_columns(
        customer_segment=_name("place", names),
        previous_segment=_name("previous_place", names),
        revenue=money,
        average_order_value=money / pl.col("orders"),
    )


def _name(place: str, names: pl.Series) -> pl.Expr:
    return pl.lit(names).gather(pl.col(place) - 1)


def with_expected_order(
    customers: pl.DataFrame, gaps: pl.DataFrame, shop_gaps: ShopGaps | None
) -> pl.DataFrame:
    """Add `median_gap_days` and `expected_next_order`.

    `gaps` has `customer, n_gaps, median_gap_days`. The expected gap is a weighted mean of the
    customer's own median and the shop's. A date before the report date means that the
    customer is late; null after a silence above the 90 % quantile, and without gaps in the
    shop.
    """
    joined = customers.join(gaps, on="customer", how="left")
    if shop_gaps is None:
        return joined.with_columns(expected_next_order=pl.lit(None, pl.Date))
    n = pl.col("n_gaps").fill_null(0)
    own = pl.col("median_gap_days").fill_null(0.0)
    shrunken = (n * own + PRIOR_GAPS * shop_gaps.median_days) / (n + PRIOR_GAPS)
    expected = pl.col("last_order") + pl.duration(days=(shrunken + 0.5).floor().cast(pl.Int64))
    is_usual = pl.col("days_since_last_order") <= shop_gaps.usual_days
    return joined.with_columns(expected_next_order=pl.when(is_usual).then(expected))


def next_yearly(day: pl.Expr, today: date) -> pl.Expr:
    """Return the next anniversary of `day` on or after `today`; 29 February becomes 28 in common years."""
    this_year, next_year = (_in_year(day, year) for year in (today.year, today.year + 1))
    return pl.when(this_year >= today).then(this_year).otherwise(next_year)


def _in_year(day: pl.Expr, year: int) -> pl.Expr:
    is_leap_day = (day.dt.month() == 2) & (day.dt.day() == 29)  # noqa: PLR2004 - 29 February
    last = pl.when(is_leap_day & (not isleap(year))).then(28).otherwise(day.dt.day())
    return pl.date(year, day.dt.month(), last)


def with_upcoming(customers: pl.DataFrame, birthday: str, today: date, days: int) -> pl.DataFrame:
    """Return the customers with a birthday or anniversary of their first order in the next `days` days.

    `today` is the first of these days. `birthday` is the column with the date of birth as
    text; null if unknown.
    """
    end = today + timedelta(days=days)
    dated = customers.with_columns(
        next_birthday=next_yearly(birth_date(pl.col(birthday)), today),
        next_anniversary=next_yearly(pl.col("first_order"), today),
    ).with_columns(
        pl.when(pl.col(name) < end).then(name).alias(name) for name in ("next_birthday", "next_anniversary")
    )
    return dated.filter(pl.any_horizontal(pl.col("next_birthday", "next_anniversary").is_not_null()))


BIRTHDAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y%m%d")
"""Formats of birthdays in exports: unambiguous ones, and the German one."""


def birth_date(text: pl.Expr) -> pl.Expr:
    """Parse the text of a birthday as a date; null if it has none of the formats."""
    trimmed = text.str.strip_chars()
    return pl.coalesce(trimmed.str.to_date(form, strict=False) for form in BIRTHDAY_FORMATS)
