"""Time from one purchase to the next, by number of the purchase."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Question
from wieder.asking.table import Table, TableColumn
from wieder.asking.view import View
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.models.kaplan_meier import Curve, Waits, counted_quantile, kaplan_meier
from wieder.models.wilson import Z_95
from wieder.questions.purchases import (
    NUMBERED_PURCHASES,
    POOLED_FROM,
    SELECTION_OPTIONS,
    PurchaseOptions,
    answer_by_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.compute import Cut
    from wieder.locale.text import Lang

WAITING = Text(
    de="Wer noch nicht wieder gekauft hat (Kaplan-Meier)", en="Who has not bought again yet (Kaplan-Meier)"
)
"""Title of the Kaplan-Meier part of the table."""
QUANTILES = {
    "gap_p25": 0.25,
    "gap_median": 0.5,
    "gap_p75": 0.75,
    "gap_p80": 0.8,
    "gap_p90": 0.9,
}
HORIZONS = (30, 60, 90, 180, 365)
"""Days after a purchase for which the share without a next purchase is shown."""


def gap_rows(mart: pl.DataFrame, last: int, cut: Cut) -> pl.DataFrame:
    """Return one row per segment and number of the earlier purchase, and one row for all purchases.

    `mart` comes from purchase_mart.sql and pools purchases from number `last` on.
    """
    rows = [
        {"dimension": cut.of_customers, "segment": label, **cells}
        for segment, label in sorted(cut.labels.items(), key=lambda item: item[1])
        for cells in _segment_rows(mart if cut.is_whole else mart.filter(segment=segment), last)
    ]
    return pl.DataFrame(rows, schema=GAPS.schema)


def _segment_rows(mart: pl.DataFrame, last: int) -> Iterator[dict[str, object]]:
    for number in sorted(mart["number"].unique()):
        name = f"{number}+" if number == last else f"{number}-{number + 1}"
        yield {"from_number": number, "step": name, **_cells(waits_of(mart.filter(number=number)))}
    if not mart.is_empty():
        yield {"from_number": None, "step": "all", **_cells(waits_of(mart))}


def waits_of(mart: pl.DataFrame) -> list[Waits]:
    """Return the waiting times in the mart, one per number of days."""
    purchases, has_next = pl.col("n_purchases"), pl.col("has_next")
    counts = mart.group_by("days").agg(
        events=purchases.filter(has_next).sum(), censored=purchases.filter(~has_next).sum()
    )
    return [
        Waits(days=days, events=events, censored=censored)
        for days, events, censored in counts.sort("days").iter_rows()
    ]


def _cells(waits: Sequence[Waits]) -> dict[str, object]:
    events, censored = sum(wait.events for wait in waits), sum(wait.censored for wait in waits)
    curve = kaplan_meier(waits)
    medians = zip(("km_median", "km_median_low", "km_median_high"), curve.median(), strict=True)
    return {
        "purchases": events + censored,
        "gaps": events,
        "waiting": censored,
        **{name: counted_quantile(waits, share) for name, share in QUANTILES.items()},
        **dict(medians),
        **dict(chain.from_iterable(_survival(curve, days) for days in HORIZONS)),
    }


def _survival(curve: Curve, days: int) -> Iterator[tuple[str, float | None]]:
    step = curve.at(days)
    low, high = (step.interval if step else None) or (None, None)
    yield f"waiting_{days}d", step.survival if step else None
    yield f"waiting_{days}d_low", low
    yield f"waiting_{days}d_high", high


def _days(name: str, de: str, en: str) -> TableColumn:
    return TableColumn(name=name, type=Type.FLOAT, label=Text(de=de, en=en), unit=Unit.DAYS)


def _horizon(days: int) -> Iterator[TableColumn]:
    for bound, de, en in (("", "", ""), ("_low", " von", " from"), ("_high", " bis", " to")):
        yield TableColumn(
            name=f"waiting_{days}d{bound}",
            type=Type.FLOAT,
            label=Text(de=f"nach {days} Tagen noch nicht{de}", en=f"not yet after {days} days{en}"),
            unit=Unit.RATE,
        )


LATEST = ", ".join(
    f"arg_max({name}, days) filter (days <= {days}) as {name}_{days}"
    for days in HORIZONS
    for name in ("survival", "low", "high")
)
SHOWN = ", ".join(
    f"""
        case when longest >= {days} or survival_{days} = 0 then coalesce(survival_{days}, 1) end as waiting_{days}d,
        case when longest >= {days} and survival_{days} > 0 and survival_{days} < 1 then low_{days} end as waiting_{days}d_low,
        case when longest >= {days} and survival_{days} > 0 and survival_{days} < 1 then high_{days} end as waiting_{days}d_high"""
    for days in HORIZONS
)
WITNESS = f"""
    with {{purchases}},
    classes as (
        select segment, least(number, {{last}})::integer as from_number, gap, known_days from purchases
        union all
        select segment, null, gap, known_days from purchases
    ),
    counts as (
        select segment, from_number, coalesce(gap, known_days) as days, count(gap) as ended, count(*) as seen
        from classes group by segment, from_number, coalesce(gap, known_days)
    ),
    at_risk as (
        select *, sum(seen) over (partition by segment, from_number order by days desc)::double as n from counts
    ),
    curve as (
        select segment, from_number, days,
            exp(sum(case when ended = n then -800 else ln(1 - ended / n) end) over so_far) as survival,
            sum(case when ended < n then ended / (n * (n - ended)) else 0 end) over so_far as greenwood
        from at_risk
        window so_far as (partition by segment, from_number order by days)
    ),
    bounds as (
        select *, case when survival > 0 and survival < 1 then exp({Z_95} * sqrt(greenwood) / -ln(survival)) end as width
        from curve
    ),
    intervals as (
        select *, coalesce(pow(survival, width), survival) as low, coalesce(pow(survival, 1 / width), survival) as high
        from bounds
    ),
    looked_up as (
        select segment, from_number, max(days) as longest, {LATEST},
            min(days) filter (survival <= 0.5 + 1e-12) as km_median,
            min(days) filter (low <= 0.5 + 1e-12) as km_median_low,
            min(days) filter (high <= 0.5 + 1e-12) as km_median_high
        from intervals group by segment, from_number
    ),
    observed as (
        select segment, from_number, count(*) as purchases, count(gap) as gaps, count(*) - count(gap) as waiting,
            quantile_cont(gap::double, 0.25) as gap_p25, median(gap::double) as gap_median,
            quantile_cont(gap::double, 0.75) as gap_p75, quantile_cont(gap::double, 0.8) as gap_p80,
            quantile_cont(gap::double, 0.9) as gap_p90
        from classes group by segment, from_number
    )
    select o.*, l.km_median, l.km_median_low, l.km_median_high, {SHOWN}
    from observed o join looked_up l on l.segment = o.segment and l.from_number is not distinct from o.from_number
"""

NO_GAP = ("gap_p25", "gap_median", "gap_p75", "gap_p80", "gap_p90")
EMPTY = (
    {"from_number": "the row pools all purchases"}
    | dict.fromkeys(NO_GAP, "no customer bought again")
    | {
        "km_median": "fewer than half bought again while they were observed",
        "km_median_low": "the curve's lower bound does not fall to a half",
        "km_median_high": "the curve's upper bound does not fall to a half",
    }
    | {f"waiting_{days}d": f"no customer was observed for {days} days" for days in HORIZONS}
    | {
        f"waiting_{days}d{bound}": f"as waiting_{days}d, or the share is 0 or 1"
        for days in HORIZONS
        for bound in ("_low", "_high")
    }
)

GAPS = Table(
    id="gaps",
    label=Text(de="Abstände zwischen Käufen", en="Gaps between purchases"),
    meaning=Text(
        de="Je Nummer eines Kaufs: wie viele Tage bis zum nächsten desselben Kunden vergehen. Quantile über die beobachteten Abstände; die Kaplan-Meier-Werte zählen auch Kunden, die noch nicht wieder gekauft haben, so lange sie beobachtet wurden. Die letzte Zeile fasst alle Käufe zusammen, Kunden mit vielen Käufen zählen darin öfter. Anonyme Bestellungen zählen nicht.",
        en="Per number of a purchase: how many days pass until the same customer's next one. Quantiles are over observed gaps; the Kaplan-Meier figures also count customers who have not bought again, for as long as they were observed. The last row holds all purchases, in which frequent customers count more often. Anonymous orders are left out.",
    ),
    columns=(
        TableColumn(name="dimension", type=Type.TEXT, label=Text(de="Merkmal", en="Dimension")),
        TableColumn(name="segment", type=Type.TEXT, label=Text(de="Segment", en="Segment")),
        TableColumn(name="from_number", type=Type.SHORT, label=Text(de="Nach Kauf", en="After purchase")),
        TableColumn(name="step", type=Type.TEXT, label=Text(de="Käufe", en="Purchases")),
        TableColumn(name="purchases", type=Type.INTEGER, label=Text(de="n", en="n"), unit=Unit.COUNT),
        TableColumn(name="gaps", type=Type.INTEGER, label=Text(de="Abstände", en="Gaps"), unit=Unit.COUNT),
        TableColumn(
            name="waiting", type=Type.INTEGER, label=Text(de="ohne nächsten", en="None yet"), unit=Unit.COUNT
        ),
        _days("gap_p25", "25 % bis", "25% within"),
        _days("gap_median", "Median", "Median"),
        _days("gap_p75", "75 % bis", "75% within"),
        _days("gap_p80", "80 % bis", "80% within"),
        _days("gap_p90", "90 % bis", "90% within"),
        _days("km_median", "Median (Kaplan-Meier)", "Median (Kaplan-Meier)"),
        _days("km_median_low", "Median von", "Median from"),
        _days("km_median_high", "Median bis", "Median to"),
        *chain.from_iterable(_horizon(days) for days in HORIZONS),
    ),
    keys=("dimension", "segment", "from_number"),
    empty=EMPTY,
    witness=WITNESS.format(purchases=NUMBERED_PURCHASES, last=POOLED_FROM),
)


def gap_table(last: int) -> Table:
    """Return the table of gaps that pools purchases from number `last` on."""
    return replace(GAPS, witness=WITNESS.format(purchases=NUMBERED_PURCHASES, last=last))


def gaps_of(asked: Asked, options: PurchaseOptions) -> Answer[None]:
    """Return the gaps after each purchase of customers whose first order is in the span shown."""
    return answer_by_number(asked, gap_table(options.last), gap_rows, options.last)


def gap_view(answer: Answer[None], options: PurchaseOptions, lang: Lang) -> View:
    """Return the view of the gaps; readers see observed gaps and Kaplan-Meier figures in two tables."""
    from wieder.writing.grids import table_grid

    del options
    frame, curve = answer.frame, replace(answer.table, label=WAITING)
    waiting = [name for name in frame.columns if name.startswith(("km_", "waiting_"))]
    observed = frame.drop("from_number", *waiting)
    expected = frame.select("dimension", "segment", "step", "purchases", *waiting)
    return View(
        frame=frame,
        grids=lambda: [
            table_grid(observed, answer.table, lang, answer.currency),
            table_grid(expected, curve, lang, answer.currency),
        ],
    )


QUESTION = Question(
    id="gaps",
    place=21,
    chapter=Chapter.KPIS,
    help="Show the time between purchases.\n\n"
    "Kaplan-Meier figures also count customers who have not bought again, for as long as they were observed. "
    "--from and --to select customers by their first order.",
    examples=("gaps orders.csv --from 2025", "gaps orders.csv --by channel --pool-from 4"),
    options=PurchaseOptions,
    selectors=SELECTION_OPTIONS,
    answer=gaps_of,
    view=gap_view,
    tables=lambda: (GAPS,),
    witnessed=lambda asked: [gaps_of(asked.whole_span, PurchaseOptions())],
)
