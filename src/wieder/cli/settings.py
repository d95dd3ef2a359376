"""Settings with the checks that need other rooms: names of KPIs, sections, rules and columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import reduce
from typing import TYPE_CHECKING

from wieder.asking.options import KEY
from wieder.cli import options
from wieder.config.faults import find_fault
from wieder.config.notation import dotted
from wieder.config.reading import load
from wieder.config.sentences import error_of
from wieder.errors import UsageError, likely
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wieder.config.reading import Loaded


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A setting that contains names declared elsewhere, as keys of a table or items of a list."""

    setting: tuple[str, ...]
    noun: str
    """One of the things that have these names."""
    spellings: Callable[[], Mapping[str, str]]
    """Names as they may be written -> names; called only where the setting is set."""


def kpi_spellings() -> Mapping[str, str]:
    """Ids and names of all KPIs -> ids."""
    from wieder.kpis import kpi_labels

    return kpi_labels()


def _sections() -> Mapping[str, str]:
    from wieder.report.sections import SECTIONS

    return {name: name for name in SECTIONS}


def _rules() -> Mapping[str, str]:
    from wieder.counting.quality import RULES

    return {rule.slug: rule.slug for rule in RULES}


def _differences() -> Mapping[str, str]:
    from wieder.store.drift import SLUGS

    return {slug: slug for slug in SLUGS}


def _columns() -> Mapping[str, str]:
    from wieder.exports import EXPORTS
    from wieder.exports.orders import ORDERS

    short = [column.name for column in ORDERS.columns]
    full = [f"{export.name}.{column.name}" for export in EXPORTS.values() for column in export.columns]
    return {name: name for name in (*short, *full)}


REFERENCES = (
    Reference(setting=("alerts",), noun="KPI", spellings=kpi_spellings),
    Reference(setting=("columns",), noun="column", spellings=_columns),
    Reference(setting=("report", "sections"), noun="section", spellings=_sections),
    Reference(setting=("report", "comments"), noun="section", spellings=_sections),
    Reference(setting=("check", "skip"), noun="rule", spellings=_rules),
    Reference(setting=("input", "accept_drift"), noun="difference", spellings=_differences),
)


def load_checked(
    path: Path | None, environment: Mapping[str, str], typed: Mapping[tuple[str, ...], object]
) -> Loaded:
    """The settings of a run with their origins.

    Raises UsageError for names and values that are not accepted, also for names of KPIs,
    sections, rules and columns that do not exist.
    """
    loaded = load(path, environment, typed, option_of)
    for reference in REFERENCES:
        _refuse_unknown(reference, loaded)
    if loaded.settings.formats:
        _refuse_formats(loaded)
    return loaded


def option_of(setting: tuple[str, ...]) -> str:
    """The option that sets a setting; empty if there is none."""
    if setting[0] == "columns":
        return "--map"
    return next((flag for path, flag in _options() if path == setting), "")


def _options() -> Iterator[tuple[tuple[str, ...], str]]:
    """Setting and option of every option that sets one."""
    shared = [one for one in vars(options).values() if isinstance(one, type) and is_dataclass(one)]
    for group in (*shared, *(question.options for question in QUESTIONS.values())):
        for one in fields(group):
            if declared := one.metadata.get(KEY):
                yield declared.setting, declared.flags[0]


def _refuse_unknown(reference: Reference, loaded: Loaded) -> None:
    """Raise UsageError for the first name that does not exist."""
    names = reduce(getattr, reference.setting, loaded.settings)
    assert isinstance(names, Mapping | tuple)  # noqa: S101 - the types of settings with names
    spellings = reference.spellings() if names else {}
    unknown = next((name for name in names if name not in spellings.values()), None)
    if unknown is not None:
        path = (*reference.setting, unknown) if isinstance(names, Mapping) else reference.setting
        subject = loaded.origins.of_fault(path).about(dotted(path))
        raise UsageError(
            f"{subject}: there is no {reference.noun} {unknown!r}",
            likely(unknown, spellings.values(), spellings),
        )


def _refuse_formats(loaded: Loaded) -> None:
    """Raise UsageError for the first format that makes no sense."""
    from wieder.ingest.export_format import ExportFormat, formats_of

    for name, form in loaded.settings.formats.items():
        if fault := find_fault(form, ExportFormat, ("formats", name)):
            raise error_of(fault, loaded.origins.of_fault(fault.path))
    formats_of(loaded.settings)
