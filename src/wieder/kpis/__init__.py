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


def likely_kpis(name: str) -> str:
    """Return a remedy for an unknown KPI name: similar ids, or else all."""
    return likely(name, REGISTRY)
