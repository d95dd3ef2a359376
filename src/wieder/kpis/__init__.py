"""The KPIs, one module per family. A new KPI is added in one module."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wieder.errors import likely
from wieder.exports.walking import objects
from wieder.kpis.base import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.kpis.base import Kpi, Shown
    from wieder.locale.text import Text

FAMILIES = sorted(objects(__name__, __path__, Family), key=lambda family: family.place)

REGISTRY: Mapping[str, Kpi] = MappingProxyType({kpi.id: kpi for family in FAMILIES for kpi in family.kpis})
"""Every KPI by its id, in the order in which they are shown."""

LABELS = {family.kpis[0].family: family.label for family in FAMILIES if family.label}


def family_label(family: str) -> Text:
    """The heading above the KPIs of a family."""
    return LABELS[family]


def kpis_shown(place: Shown, registry: Mapping[str, Kpi] = REGISTRY) -> tuple[str, ...]:
    """The ids of the KPIs of `registry` that `place` shows, by their rank there."""
    shown = [kpi for kpi in registry.values() if place in kpi.shown]
    return tuple(kpi.id for kpi in sorted(shown, key=lambda kpi: kpi.shown[place]))


def kpi_called(name: str) -> Kpi | None:
    """The KPI with this id, or with this label in one of the languages, in any case; None if there is none."""
    return REGISTRY.get(kpi_labels().get(name.strip().casefold(), name))


def likely_kpis(name: str) -> str:
    """A remedy for a name that is not a KPI's: the ids that it may have meant, by id or label."""
    return likely(name, REGISTRY, kpi_labels())


def kpi_labels() -> dict[str, str]:
    """The labels of all languages, and the ids, without case -> id."""
    labels = {text.casefold(): kpi.id for kpi in REGISTRY.values() for text in (kpi.label.de, kpi.label.en)}
    return labels | {kpi.id: kpi.id for kpi in REGISTRY.values()}
