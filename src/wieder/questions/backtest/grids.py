"""Back-tests for readers: scores by method, predicted and actual values by decile, and the holdouts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.grid import Cell, Grid, Heading, Row, Tone
from wieder.models.holdout import NAIVE
from wieder.periods import Period, PeriodKind
from wieder.questions.backtest.scores import NONE, PURCHASES, SCORES, SPEND, TARGETS
from wieder.writing.numbers import NO_BREAK_SPACE, numbers_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from wieder.asking.table import Table
    from wieder.locale.text import Lang
    from wieder.writing.numbers import Numbers

    Record = Mapping[str, object]

SHOWN = {
    PURCHASES: ("expected", "actual", "bias", "mae", "relative_error", "gini", "spearman", "top_decile"),
    SPEND: ("expected", "actual", "bias", "mae", "relative_error", "gini", "spearman", "top_decile"),
    NONE: ("expected_share", "actual_share", "auc", "brier", "skill", "calibration_error"),
}
"""The measures of each target that readers see."""
BELOW = {"actual", "relative_error", "spearman", "actual_share"}
"""The measures that may be placed below the one before if width is short."""


def score_grids(scores: pl.DataFrame, lang: Lang, currency: str) -> tuple[Grid, ...]:
    """The scores of each target over all cut-off dates, and the bias of totals by cut-off date.

    `scores` has `questions.backtest.scores.SCORES.schema`. A target that no method
    predicts has no table.
    """
    writer = numbers_for(lang, currency)
    pooled = scores.filter(pl.col("moment").is_null())
    n_cutoffs = scores["moment"].drop_nulls().n_unique()
    targets = [target for target in TARGETS if not pooled.filter(target=target).is_empty()]
    found = [_score_grid(pooled.filter(target=target), target, n_cutoffs, writer) for target in targets]
    if n_cutoffs == 1:
        return tuple(found)
    singles = scores.filter(pl.col("moment").is_not_null())
    return (
        *found,
        *(_bias_grid(singles.filter(target=target), target, writer) for target in (PURCHASES, SPEND)),
    )


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """One column of a table of scores."""

    heading: Heading
    write: Callable[[Record], str]


def _score_grid(scores: pl.DataFrame, target: str, n_cutoffs: int, writer: Numbers) -> Grid:
    columns = [_measure(name, target, writer) for name in SHOWN[target]]
    return Grid(
        title=writer.text.counted(
            "backtest.moments", n_cutoffs, title=_title(scores, target, writer), n=writer.count(n_cutoffs)
        ),
        headings=(Heading(text=_label("method", writer)), *(column.heading for column in columns)),
        rows=tuple(
            _row(record, [column.write(record) for column in columns], writer)
            for record in _best_first(scores).iter_rows(named=True)
        ),
    )


def _best_first(scores: pl.DataFrame) -> pl.DataFrame:
    """The method that is used, the other models, then the naive forecasts."""
    is_naive = pl.col("method").is_in(NAIVE)
    return scores.sort(~pl.col("is_used"), is_naive, "method")


def _row(record: Record, texts: Sequence[str], writer: Numbers) -> Row:
    tone = Tone.FAINT if record["method"] in NAIVE and not record["is_used"] else Tone.NORMAL
    return Row(cells=tuple(Cell(text=text, tone=tone) for text in (_method(record, writer), *texts)))


def method_name(method: str, horizon_days: int, lang: Lang) -> str:
    """A method in words."""
    writer = numbers_for(lang)
    return writer.text(f"method.{method}", days=writer.count(horizon_days))


def _method(record: Record, writer: Numbers) -> str:
    name = method_name(str(record["method"]), _whole(record["horizon_days"]), writer.lang)
    return writer.text("backtest.used", method=name) if record["is_used"] else name


def _title(scores: pl.DataFrame, target: str, writer: Numbers) -> str:
    return writer.text(f"backtest.{target}", days=writer.count(scores["horizon_days"][0]))


def _label(column: str, writer: Numbers, table: Table = SCORES) -> str:
    [label] = [one.label for one in table.columns if one.name == column]
    return label[writer.lang]


def _heading(text: str, measure: str) -> Heading:
    return Heading(text=text, numeric=True, can_stand_below=measure in BELOW)


def _measure(name: str, target: str, writer: Numbers) -> _Shown:
    """The column of a measure, in its usual format."""
    if name in {"expected_share", "actual_share"}:
        part = name.removesuffix("_share")
        return _Shown(
            heading=_heading(_label(part, writer), name),
            write=lambda record: writer.percent(_share(record[part], record["customers"])),
        )
    write = _writer(name, target, writer)
    return _Shown(
        heading=_heading(_label(name, writer), name), write=lambda record: write(_number(record[name]))
    )


PERCENT = {"bias", "skill", "top_decile", "calibration_error", "accuracy"}


def measure_text(name: str, value: object, writer: Numbers) -> str:
    """A measure that is a share or a score, in its usual format."""
    write = writer.percent if name in PERCENT or name.endswith("_rate") else writer.score
    return write(_number(value))


def _writer(name: str, target: str, writer: Numbers) -> Callable[[float | None], str]:
    if name in PERCENT:
        return writer.percent
    if name in {"expected", "actual", "mae"} and target == SPEND:
        return writer.money
    return writer.count if name in {"expected", "actual"} else writer.score


def _bias_grid(scores: pl.DataFrame, target: str, writer: Numbers) -> Grid:
    """One row per method, one column per cut-off date."""
    cutoffs = scores["moment"].unique().sort().to_list()
    by_moment = scores.pivot("moment", index=["method", "horizon_days", "is_used"], values="bias")
    return Grid(
        title=writer.text("backtest.bias", title=_title(scores, target, writer)),
        headings=(
            Heading(text=_label("method", writer)),
            *(Heading(text=short_day(cutoff, writer), numeric=True) for cutoff in cutoffs),
        ),
        rows=tuple(
            _row(record, [writer.percent(_number(record[str(cutoff)])) for cutoff in cutoffs], writer)
            for record in _best_first(by_moment).iter_rows(named=True)
        ),
    )


def part_grids(parts: pl.DataFrame, targets: Sequence[str], lang: Lang, currency: str) -> tuple[Grid, ...]:
    """Expected and actual values by decile for the method that is used, over all cut-off dates.

    `parts` has `questions.backtest.parts.PARTS.schema`.
    """
    writer = numbers_for(lang, currency)
    used = parts.filter("is_used")
    sums = used.group_by("target", "part", "method", "horizon_days", "is_used").agg(
        pl.col("customers", "expected", "actual").sum()
    )
    return tuple(
        _part_grid(sums.filter(target=target).sort("part"), target, writer)
        for target in targets
        if target in sums["target"]
    )


def _part_grid(parts: pl.DataFrame, target: str, writer: Numbers) -> Grid:
    names = ("forecast_share", "actual_share") if target == NONE else ("expected", "actual", "ratio")
    headings = [
        _label(name, writer) if name in {"expected", "actual"} else writer.text(f"backtest.{name}")
        for name in names
    ]
    method = _method(parts.row(0, named=True), writer)
    return Grid(
        title=f"{_title(parts, target, writer)}: {method}",
        headings=(
            Heading(text=_label("customers", writer)),
            Heading(text="n", numeric=True),
            *(Heading(text=heading, numeric=True) for heading in headings),
        ),
        rows=tuple(
            Row(cells=tuple(Cell(text=text) for text in _part_cells(record, parts.height, target, writer)))
            for record in parts.iter_rows(named=True)
        ),
    )


def _part_cells(record: Record, n_parts: int, target: str, writer: Numbers) -> Iterator[str]:
    part = _whole(record["part"])
    yield writer.text(
        "backtest.tenth", first=round((part - 1) * 100 / n_parts), last=round(part * 100 / n_parts)
    )
    yield writer.count(_number(record["customers"]))
    if target == NONE:
        yield writer.percent(_share(record["expected"], record["customers"]))
        yield writer.percent(_share(record["actual"], record["customers"]))
        return
    for name in ("expected", "actual"):
        write = writer.money if target == SPEND else writer.count
        yield write(_number(record[name]))
    yield writer.ratio(_share(record["expected"], record["actual"]))


def holdout_grid(holdouts: pl.DataFrame, table: Table, lang: Lang, currency: str) -> Grid:
    """The holdouts: one row per count, one column per cut-off date.

    `holdouts` has `questions.backtest.holdouts.HOLDOUTS.schema`.
    """
    writer = numbers_for(lang, currency)
    return Grid(
        title=table.label[lang],
        headings=(
            Heading(text=""),
            *(Heading(text=short_day(cutoff, writer), numeric=True) for cutoff in holdouts["moment"]),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=column.label[lang]),
                    *(Cell(text=writer.value(value, column.unit)) for value in holdouts[column.name]),
                )
            )
            for column in table.columns
            if column.unit is not None
        ),
    )


def short_day(day: date, writer: Numbers) -> str:
    """A date that does not break across lines."""
    period = Period(day, day + timedelta(days=1))
    return writer.short_period(period, PeriodKind.DAY).replace(" ", NO_BREAK_SPACE)


def _share(part: object, whole: object) -> float | None:
    part, whole = _number(part), _number(whole)
    return part / whole if part is not None and whole else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _whole(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101 - a key of the table
    return value


def tracking_grid(tracking: pl.DataFrame, table: Table, lang: Lang) -> Grid:
    """Cumulative purchases by week, actual and expected by each method.

    `tracking` has `questions.backtest.tracking.TRACKING.schema`.
    """
    writer = numbers_for(lang)
    methods = _best_first(tracking.unique("method")).rows(named=True)
    by_week = tracking.pivot("method", index=["week", "days", "actual"], values="expected").sort("week")
    names = [str(method["method"]) for method in methods]
    return Grid(
        title=table.label[lang],
        headings=(
            Heading(text=_label("week", writer, table)),
            Heading(text=_label("actual", writer), numeric=True),
            *(Heading(text=_method(method, writer), numeric=True) for method in methods),
        ),
        rows=tuple(
            Row(
                cells=tuple(
                    Cell(text=writer.count(_number(record[name]))) for name in ("week", "actual", *names)
                )
            )
            for record in by_week.iter_rows(named=True)
        ),
    )
