"""The templates of pages and charts, ours and the user's: how they are found and filled in."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from wieder.locale import texts
from wieder.writing.charts import StackedBars
from wieder.writing.shipped import resource

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.locale.text import Lang
    from wieder.writing.charts import Heatmap, IntervalBars


def environment(templates: Path | None) -> ImmutableSandboxedEnvironment:
    """Our templates, behind those of the folder `templates` if there is one."""
    return _ours() if templates is None else _built(templates)


@cache
def _ours() -> ImmutableSandboxedEnvironment:
    """Compiled once for all charts and pages of a run."""
    return _built(None)


def _built(templates: Path | None) -> ImmutableSandboxedEnvironment:
    builtin = resource("reports_templates")
    original = FileSystemLoader(builtin)
    own = [FileSystemLoader(templates)] if templates else []
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, original, PrefixLoader({"wieder": original})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["policy_hash"] = _policy_hash
    return environment


def _policy_hash(script: str) -> str:
    """What a Content-Security-Policy calls the one script that may run."""
    return "sha256-" + b64encode(sha256(script.encode()).digest()).decode()


def render_heatmap(chart: Heatmap, lang: Lang) -> str:
    """A page with one heatmap, its legend and its data as a table."""
    template = environment(None).get_template("heatmap.html.j2")
    return template.render(chart=chart, lang=lang, text=texts(lang))


def drawing(chart: StackedBars | IntervalBars) -> str:
    """The SVG of a chart alone, without its heading, its legend and its table."""
    macros: Any = environment(None).get_template("charts.svg.j2").module
    draw = macros.stacked_bars if isinstance(chart, StackedBars) else macros.interval_bars
    figure = str(draw(chart))
    return figure[figure.rindex("<svg ") : figure.rindex("</svg>") + len("</svg>")]
