"""The report as an e-mail: its headline, its HTML with inline styles, and its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from wieder.errors import UsageError
from wieder.report import html
from wieder.writing.charts import StackedBars
from wieder.writing.templates import drawing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from wieder.asking.grid import Heading, Row
    from wieder.report.document import Document
    from wieder.report.sections.tiles import Tile
    from wieder.writing.charts import IntervalBars

PAGE = "mail.html.j2"
SCALE = 2
"""Pixels of a picture per unit of its chart, for high-resolution screens."""
MAXIMUM_ROWS = 13
"""Rows of a table that replaces a picture: a year of months, and the month before it."""
COLOURS = {"returning": "#1f5a8a", "new": "#cf7118", "anonymous": "#8a929c"}
"""The colours of charts.svg.j2."""
FAMILIES = ("Arial", "Helvetica", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Segoe UI", "Roboto")
"""Fonts for `sans-serif`, in order of preference. By default, resvg uses Arial only."""
SAMPLE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">{}</svg>'
SAMPLE_TEXT = '<text x="0" y="15" font-size="12" font-family="sans-serif">M8</text>'


@dataclass(frozen=True, kw_only=True)
class LegendEntry:
    """A colour of a chart and its meaning."""

    colour: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart as a picture, or as a table if this machine has no font to draw text with."""

    name: str
    """Its name in the HTML: `cid:NAME`."""
    title: str
    description: str
    legend: tuple[LegendEntry, ...]
    png: bytes | None
    """None if the table replaces it."""
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]


def refuse_without_extra() -> None:
    """Raise UsageError if the extra `mail` is not installed."""
    if find_spec("css_inline") is None or find_spec("resvg_py") is None:
        raise UsageError("e-mail needs packages that are not installed", "pip install 'wieder[mail]'")


def headline(document: Document) -> str:
    """The first figure of the report, for the subject: `Revenue €35,499 (−4.9%)`; empty if there is none."""
    if not document["tiles"]:
        return ""
    tile: Tile = document["tiles"][0]
    change = f" ({tile.changes[0].text})" if tile.changes else ""
    return f"{tile.figure.label} {tile.figure.headline}{change}"


def pictures(document: Document) -> tuple[Picture, ...]:
    """The two most important charts: revenue by type of customer, and repeat purchases.

    Requires the extra `mail`.
    """
    family = installed_family()
    charts = (document["revenue"], document["repeat"])
    return tuple(_picture(chart, family) for chart in charts if chart is not None)


def installed_family() -> str | None:
    """The first of `FAMILIES` that is installed, or None. Requires the extra `mail`.

    Without a font, resvg silently omits text from a picture.
    """
    return next((family for family in FAMILIES if _draws_letters(family)), None)


def letter_html(
    document: Document,
    shown: Sequence[Picture],
    alerts: Sequence[str],
    templates: Path | None,
    *,
    attached: bool,
) -> str:
    """The HTML part of the mail, with inline styles. Requires the extra `mail`.

    `templates` is a folder with the user's templates, or None. Raises UsageError for a broken template.
    """
    import css_inline  # noqa: PLC0415  (an extra)

    page = html.render(document, templates, PAGE, pictures=shown, alerts=alerts, attached=attached)
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(page)


def _picture(chart: StackedBars | IntervalBars, family: str | None) -> Picture:
    return Picture(
        name=chart.id,
        title=chart.title,
        description=chart.description,
        legend=tuple(_legend(chart)),
        png=_png(drawing(chart), chart.width, family) if family else None,
        headings=chart.table.headings,
        rows=chart.table.rows[-MAXIMUM_ROWS:],
    )


def _legend(chart: StackedBars | IntervalBars) -> Iterator[LegendEntry]:
    if isinstance(chart, StackedBars):
        for series in chart.series:
            yield LegendEntry(colour=COLOURS[series.slug], label=series.label)


def _png(svg: str, width: float, family: str) -> bytes:
    import resvg_py  # noqa: PLC0415  (an extra)

    picture = resvg_py.svg_to_bytes(
        svg_string=svg, background="#fffefb", width=int(width * SCALE), sans_serif_family=family
    )
    return bytes(picture)


def _draws_letters(family: str) -> bool:
    blank, written = (_png(SAMPLE.format(text), 40, family) for text in ("", SAMPLE_TEXT))
    return blank != written
