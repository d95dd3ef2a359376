"""Segmentation schemes: each assigns a customer to at most one segment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from wieder.errors import UsageError
from wieder.locale.text import Text
from wieder.marts.frames import pl
from wieder.questions.segments import rfm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.config import Segmentation
    from wieder.questions.segments.thresholds import Thresholds


class SchemeName(StrEnum):
    """Names of the schemes."""

    RFM = "rfm"
    LIFECYCLE = "lifecycle"
    ABC = "abc"
    VIP = "vip"
    RULES = "rules"


LIFECYCLE = (
    Text(de="Neu", en="New"),
    Text(de="Aktiv", en="Active"),
    Text(de="Reaktiviert", en="Reactivated"),
    Text(de="Gefährdet", en="At risk"),
    Text(de="Inaktiv", en="Lapsed"),
)
NEW, ACTIVE, REACTIVATED, AT_RISK, LAPSED = range(1, len(LIFECYCLE) + 1)
ABC = (Text(de="A", en="A"), Text(de="B", en="B"), Text(de="C", en="C"))
VIP = (Text(de="VIP", en="VIP"), Text(de="Übrige", en="Other"))
REST = Text(de="Übrige", en="Other")
"""Segment of customers that match no rule of the user."""
NOT_YET_NAME = Text(de="noch kein Kunde", en="not yet a customer")
OUTSIDE_NAME = Text(de="ohne Bestellung im Rückblick", en="no order in the look-back")
"""Customers outside the scheme; their place is after the last one of the scheme."""


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """A segmentation scheme, with all its parameters except thresholds."""

    name: SchemeName
    segments: tuple[Text, ...]
    """Names in order; places count from 1. Frames contain the English ones."""
    window_days: int
    """Days that a customer stays active after an order."""
    at_risk_share: float
    """The share of the window after which a silent customer is at risk."""
    cells: Mapping[tuple[int, int], int]
    """RFM: place for each recency score and frequency-and-money score."""
    rules: tuple[str, ...]
    """SQL conditions; the first true one decides."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the segments in frames."""
        return tuple(segment.en for segment in self.segments)

    @property
    def at_risk_days(self) -> float:
        """Days of silence after which a customer is at risk."""
        return self.window_days * self.at_risk_share


def scheme_of(settings: Segmentation, window_days: int) -> Scheme:
    """Return the scheme of the settings. Raises UsageError for invalid shares, look-back, RFM map or rules."""
    name = SchemeName(settings.scheme)
    _refuse_shares(settings)
    groups = {Text(de=group, en=group): cells for group, cells in settings.rfm.items()} or rfm.GROUPS
    segments = {
        SchemeName.RFM: tuple(groups),
        SchemeName.LIFECYCLE: LIFECYCLE,
        SchemeName.ABC: ABC,
        SchemeName.VIP: VIP,
        SchemeName.RULES: (*(Text(de=rule, en=rule) for rule in settings.rules), REST),
    }
    return Scheme(
        name=name,
        segments=segments[name],
        window_days=window_days,
        at_risk_share=settings.at_risk_share,
        cells=rfm.cell_map({group.en: cells for group, cells in groups.items()}),
        rules=_rules(settings) if name is SchemeName.RULES else (),
    )


WITHOUT_RULES: tuple[Literal["rfm", "lifecycle", "abc", "vip"], ...] = ("rfm", "lifecycle", "abc", "vip")


def usual_schemes() -> Iterator[tuple[Scheme, Segmentation]]:
    """Yield the schemes that need no rules of the user, with their settings."""
    from wieder.config import Retention, Segmentation

    for name in WITHOUT_RULES:
        settings = Segmentation(scheme=name)
        yield scheme_of(settings, int(Retention().window_days)), settings


def _refuse_shares(settings: Segmentation) -> None:
    for name, value, most, usual in (
        ("at_risk_share", settings.at_risk_share, 1, "0.5"),
        ("vip_percent", settings.vip_percent, 100, "5"),
    ):
        if not 0 < value <= most:
            message = f"[segments] {name}: {value:g} must be above 0 and at most {most}"
            raise UsageError(message, f"set {name} = {usual}, the default")
    if settings.lookback_days < 0:
        raise UsageError(
            f"[segments] lookback_days: {settings.lookback_days} is negative",
            "write 0 for all orders, or a number of days such as 365",
        )


def _rules(settings: Segmentation) -> tuple[str, ...]:
    if not settings.rules:
        raise UsageError(
            "[segments.rules]: there are no rules to segment customers by",
            'write [segments.rules] in wieder.toml, such as "Big spenders" = "revenue > 500 and orders >= 3"',
        )
    if REST.en in settings.rules:
        raise UsageError(
            f"[segments.rules]: {REST.en!r} is reserved for customers that match no rule",
            "give the rule another name",
        )
    return tuple(settings.rules.values())


def assign(profiles: pl.DataFrame, scheme: Scheme, thresholds: Thresholds) -> pl.DataFrame:
    """Return the customers with their scores and the place of their segment.

    `profiles` has one row per customer (see questions/segments/customer_profiles.sql). Adds
    `recency_score`, `frequency_score`, `money_score` (1 to 5, 5 the best; null
    without an order in the look-back) and `place`. For RFM, ABC and VIP, the place of
    customers without an order in the look-back is null.
    """
    place = _place(scheme, thresholds).cast(pl.Int32)
    if scheme.name in {SchemeName.RFM, SchemeName.ABC, SchemeName.VIP}:
        place = pl.when(rfm.in_lookback()).then(place)
    return _with_scores(profiles, thresholds).with_columns(place=place)


SCORES = ("recency_score", "frequency_score", "money_score")


def _with_scores(profiles: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """Add the three scores; null without an order in the look-back."""
    scores = (
        rfm.reversed_score(pl.col("days_since_last_order"), thresholds.recency_days),
        rfm.score(pl.col("lookback_orders"), thresholds.orders),
        rfm.score(pl.col("lookback_revenue").cast(pl.Float64), thresholds.revenue),
    )
    return profiles.with_columns(
        pl.when(rfm.in_lookback()).then(score).alias(name) for name, score in zip(SCORES, scores, strict=True)
    )


def _place(scheme: Scheme, thresholds: Thresholds) -> pl.Expr:
    match scheme.name:
        case SchemeName.RFM:
            return _rfm_place(scheme)
        case SchemeName.LIFECYCLE:
            return _lifecycle_place(scheme)
        case SchemeName.ABC:
            return _value_place(thresholds.abc)
        case SchemeName.VIP:
            return _value_place((thresholds.vip,))
        case SchemeName.RULES:
            return pl.col("rule")


def _rfm_place(scheme: Scheme) -> pl.Expr:
    rest = rfm.combined_score(pl.col("frequency_score"), pl.col("money_score"))
    cell = pl.col("recency_score") * 10 + rest
    places = {10 * recency + rest: place for (recency, rest), place in scheme.cells.items()}
    return cell.replace_strict(places, default=None, return_dtype=pl.Int32)


def _lifecycle_place(scheme: Scheme) -> pl.Expr:
    """By silence first; then new: one order; reactivated: the last gap was longer than the activity window."""
    silence = pl.col("days_since_last_order")
    return (
        pl.when(silence > scheme.window_days)
        .then(LAPSED)
        .when(silence > scheme.at_risk_days)
        .then(AT_RISK)
        .when(pl.col("orders") == 1)
        .then(NEW)
        .when(pl.col("last_gap_days") > scheme.window_days)
        .then(REACTIVATED)
        .otherwise(ACTIVE)
    )


def _value_place(least: tuple[float, ...]) -> pl.Expr:
    """Return 1 for revenue of at least the last of the ascending values, 2 for the one before, and so on."""
    revenue = pl.col("lookback_revenue").cast(pl.Float64)
    missed = [(revenue < value).cast(pl.Int32) for value in least]
    return pl.sum_horizontal(pl.lit(1, pl.Int32), *missed)
