"""The KPIs, one module per family. Adding one touches that module and no other."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wieder.kpis import customers, loyalty, orders, refunds, retention, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.kpis.base import Kpi

FAMILIES = (orders, refunds, customers, loyalty, retention, value)

REGISTRY: Mapping[str, Kpi] = MappingProxyType({kpi.id: kpi for family in FAMILIES for kpi in family.KPIS})
"""Every KPI by its id, in the order in which people read them."""
