"""The command about settings: their values, and where each one is set."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from wieder.asking.options import option
from wieder.asking.view import View
from wieder.cli.completion import completion
from wieder.cli.options import OutputOptions, SourceOptions, typed_settings
from wieder.cli.session import Session, notifier_of, settings_file
from wieder.delivery.targets import FOR_TABLES, choose_target
from wieder.errors import UsageError, likely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from wieder.config.names import Setting
    from wieder.config.reading import Loaded
    from wieder.locale.text import Lang

    Path = tuple[str, ...]


def _names(_typed: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    from wieder.config.names import setting_names

    return setting_names()


Name = Annotated[
    str | None,
    Argument(
        metavar="[NAME]",
        help="Setting or table, such as report.lang or report. [all]",
        show_default=False,
        autocompletion=completion(_names),
    ),
]


@dataclass(frozen=True, kw_only=True)
class ConfigOptions:
    """Which settings are shown."""

    only_set: bool | None = option("--set", help="Only settings that are not defaults.")


def config(name: Name = None, *, chosen: ConfigOptions, source: SourceOptions, output: OutputOptions) -> None:
    """Show the settings in effect, and where each one is set.

    An option takes precedence over an environment variable, and both over the settings file. Values are
    shown as in wieder.toml. With the name of a setting: its meaning, its default and accepted values.
    """
    from wieder.cli.settings import load_checked
    from wieder.cli.writing import write_view

    found = load_checked(settings_file(source.config), os.environ, typed_settings(source, output))
    session = Session(
        files=(),
        settings=found.settings,
        target=choose_target(output.output, output.format, FOR_TABLES),
        notifier=notifier_of(output),
    )
    rows = list(_rows(found))
    if name is not None:
        rows = _called(name, rows, found)
    if chosen.only_set:
        rows = [row for row in rows if row["source"] != DEFAULT]
    write_view(_view(rows, session.lang, is_one=len(rows) == 1 and rows[0]["setting"] == name), session)


DEFAULT = "default"
Row = dict[str, str]
COLUMNS = ("setting", "value", "source", "default", "accepts", "option", "variable", "meaning")
SHOWN = ("setting", "value", "source", "meaning")
"""Columns for readers."""


def _rows(found: Loaded) -> Iterator[Row]:
    """One row per setting; of tables with names chosen by the user, one per name."""
    from wieder.config.names import PLACEHOLDERS, all_settings

    for setting in all_settings():
        table, *below = setting.path
        chosen = getattr(found.settings, table) if table in PLACEHOLDERS else {}
        paths = [(table, one, *below[1:]) for one in chosen] or [setting.path]
        for path in paths:
            is_placeholder = path == setting.path and table in PLACEHOLDERS
            value = setting.default if is_placeholder else _value(found.settings, path)
            yield from _rows_at(setting, path, value, found)


def _rows_at(setting: Setting, path: Path, value: object, found: Loaded) -> Iterator[Row]:
    if isinstance(value, dict) and value:
        for name, one in value.items():
            yield from _rows_at(setting, (*path, name), one, found)
    else:
        yield _row(setting, path, value, found)


def _row(setting: Setting, path: Path, value: object, found: Loaded) -> Row:
    from wieder.cli.settings import option_of
    from wieder.config import VARIABLES
    from wieder.config.notation import dotted, written
    from wieder.config.sentences import accepted

    origin = found.origins.of(path)
    is_entry = len(path) > len(setting.path)
    return {
        "setting": dotted(path),
        "value": written(value),
        "source": str(origin) if origin else DEFAULT,
        "default": "" if is_entry else written(setting.default),
        "accepts": "" if is_entry else accepted(setting.kind, setting.path[-1]),
        "option": option_of(setting.path),
        "variable": next((name for name, keys in VARIABLES.items() if keys == setting.path), ""),
        "meaning": setting.meaning,
    }


def _value(settings: object, path: Path) -> object:
    """The value of a setting; None for a name that the user has not chosen."""
    for name in path:
        settings = settings.get(name) if isinstance(settings, dict) else getattr(settings, name, None)
    return settings


def _called(name: str, rows: Sequence[Row], found: Loaded) -> list[Row]:
    """The rows of a setting or a table. Raises UsageError for a name that is neither."""
    from wieder.config.names import all_settings
    from wieder.config.sentences import listed

    chosen = [row for row in rows if f"{row['setting']}.".startswith(f"{name}.")]
    if chosen:
        return chosen
    parts = tuple(name.split("."))
    if known := [one for one in all_settings() if _fits(one.path, parts)]:
        _refuse_unknown_kpi(parts)
        return [_row(one, (*parts, *one.path[len(parts) :]), one.default, found) for one in known]
    same = [one.name for one in all_settings() if one.path[-1] == name]
    remedy = f"did you mean {listed(same)}?" if same else likely(name, _spellings().values(), _spellings())
    raise UsageError(f"there is no setting {name!r}", remedy)


def _fits(path: Path, parts: Path) -> bool:
    """Whether a name with a chosen part is that of a setting or of a table above it."""
    from wieder.config.names import PLACEHOLDERS

    if len(parts) > len(path):
        return False
    return all(part == one or one in PLACEHOLDERS.values() for part, one in zip(parts, path, strict=False))


def _refuse_unknown_kpi(parts: Path) -> None:
    from wieder.cli.settings import kpi_spellings
    from wieder.config.names import PLACEHOLDERS

    _, kpi, *_ = (*parts, "")
    spellings = kpi_spellings()
    if kpi not in {*spellings.values(), *PLACEHOLDERS.values()}:
        raise UsageError(f"there is no KPI {kpi!r}", likely(kpi, spellings.values(), spellings))


def _spellings() -> dict[str, str]:
    from wieder.config.names import all_settings

    settings = all_settings()
    tables = {one.path[0]: one.path[0] for one in settings}
    return {one.path[-1]: one.name for one in settings} | tables | {one.name: one.name for one in settings}


def _view(rows: Sequence[Row], lang: Lang, *, is_one: bool) -> View:
    import polars as pl

    from wieder.writing.grids import frame_grid

    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(COLUMNS, pl.String))
    if is_one:
        facts = {name: text for name, text in rows[0].items() if text and name != "setting"}
        shown = pl.DataFrame({"setting": list(facts), rows[0]["setting"]: list(facts.values())})
    else:
        shown = frame.select(SHOWN)
    return View(frame=frame, grids=lambda: [frame_grid(shown, lang)])
