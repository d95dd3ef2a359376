"""The table of restated values, and the facts about a period that it compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.table import NoWitness, Table, TableColumn
from wieder.locale.text import Text
from wieder.marts.base import Type

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTS: Mapping[str, tuple[Type, Text]] = {
    "known_orders": (Type.INTEGER, Text(de="bekannte Bestellungen", en="known orders")),
    "known_amount": (Type.MONEY, Text(de="deren Betrag im Export", en="their amount in the export")),
    "excluded_orders": (Type.INTEGER, Text(de="nicht gezählte Bestellungen", en="orders not counted")),
    "refunded_orders": (Type.INTEGER, Text(de="erstattete Bestellungen", en="refunded orders")),
    "refunded_amount": (Type.MONEY, Text(de="erstatteter Betrag", en="refunded amount")),
    "merged_customers": (Type.INTEGER, Text(de="zusammengeführte Kunden", en="merged customers")),
}
"""Facts about the orders of a period, whether they count or not. Merged customers are customers of the exports
who are the same person as another."""
ORDER_FACTS = [fact for fact in FACTS if not fact.startswith("refunded")]


def _column(name: str, kind: Type, de: str, en: str) -> TableColumn:
    return TableColumn(name=name, type=kind, label=Text(de=de, en=en))


DIFFERENCES = (
    *(
        _column(f"more_{fact}", kind, f"Mehr {label.de}", f"More {label.en}")
        for fact, (kind, label) in FACTS.items()
    ),
    _column("changed_periods", Type.INTEGER, "Andere geänderte Zeiträume", "Other changed periods"),
)
"""The facts about the period now minus those then, and the number of other periods whose orders or customers
changed."""

RESTATED = Table(
    id="restated",
    label=Text(de="Neu bewertet", en="Restated"),
    meaning=Text(
        de="Eine Zeile je Kennzahl und Zeitraum, deren Wert heute ein anderer ist als im letzten Bericht, mit allen Ursachen, die zutreffen. Die Differenz ist leer, wo einer der beiden Werte nicht bekannt ist.",
        en="One row per KPI and period whose value today is not that of the last report, with all causes that apply. The difference is null where one of the two values is not known.",
    ),
    columns=(
        _column("kpi", Type.TEXT, "Kennzahl", "KPI"),
        _column("period_start", Type.DATE, "Von", "From"),
        _column("period_end", Type.DATE, "Bis ausschließlich", "Until (exclusive)"),
        _column("then_as_of", Type.DATE, "Damaliger Stichtag", "As of then"),
        _column("then", Type.FLOAT, "Damals", "Then"),
        _column("then_state", Type.TEXT, "Damaliger Stand", "State then"),
        _column("value", Type.FLOAT, "Heute", "Today"),
        _column("state", Type.TEXT, "Stand", "State"),
        _column("difference", Type.FLOAT, "Unterschied", "Difference"),
        _column("causes", Type.TEXT, "Ursachen", "Causes"),
        *DIFFERENCES,
        _column("then_version", Type.INTEGER, "Damalige Fassung", "Version then"),
        _column("version", Type.INTEGER, "Fassung", "Version"),
        _column("changed_settings", Type.TEXT, "Geänderte Einstellungen", "Changed settings"),
        _column("then_load", Type.INTEGER, "Damaliges Laden", "Load then"),
        _column("load", Type.INTEGER, "Laden", "Load"),
        _column("as_of", Type.DATE, "Stichtag", "As of"),
    ),
    keys=("kpi", "period_start"),
    empty={
        "then": "the KPI was not known then",
        "value": "the KPI is not known today",
        "difference": "one of the two values is empty",
    },
    witness=NoWitness("both values are KPIs with a witness, and tests cover every cause"),
)
"""One row per KPI and period, in the order of the results. `causes` and `changed_settings` are lists, separated by
spaces."""
