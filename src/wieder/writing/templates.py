"""Templates of pages and charts, built-in and the user's: loading and rendering."""

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
    """The environment of the built-in templates; those in the folder `templates` take precedence."""
    return _ours() if templates is None else _built(templates)


@cache
def _ours() -> ImmutableSandboxedEnvironment:
    """The built-in templates, compiled once for all charts and pages of a run."""
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
    """The hash by which a Content-Security-Policy allows the script."""
    return "sha256-" + b64encode(sha256(script.encode()).digest()).decode()


def render_heatmap(chart: Heatmap, lang: Lang) -> str:
    """A page with one heatmap, its legend and its data as a table."""
    template = environment(None).get_template("heatmap.html.j2")
    return template.render(chart=chart, lang=lang, text=texts(lang))


def drawing(chart: StackedBars | IntervalBars) -> str:
    """The SVG of a chart, without heading, legend or table."""
    macros: Any = environment(None).get_template("charts.svg.j2").module
    draw = macros.stacked_bars if isinstance(chart, StackedBars) else macros.interval_bars
    figure = str(draw(chart))
    return figure[figure.rindex("<svg ") : figure.rindex("</svg>") + len("</svg>")]
