"""The predicted purchases and value of each customer, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.table import NoWitness, Table, TableColumn
from wieder.errors import DataError
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.questions.clv.options import ForecastOptions
from wieder.writing.view import table_view

if TYPE_CHECKING:
    import polars as pl

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.questions.clv.expectations import Expectations


def _column(name: str, kind: Type, unit: Unit | None, de: str, en: str) -> TableColumn:
    return TableColumn(name=name, type=kind, label=Text(de=de, en=en), unit=unit)


CUSTOMER_VALUES = Table(
    id="customer_values",
    label=Text(de="Kundenwert je Kunde", en="Value of each customer"),
    meaning=Text(
        de="Eine Zeile je bekanntem Kunden am Stichtag: was war, und was im Horizont zu erwarten ist. Ein Kauf ist ein Tag mit Bestellungen. Werte sind abgezinst und mit der Marge malgenommen. Intervalle umfassen 95 %.",
        en="One row per known customer at as-of: what was, and what to expect within the horizon. A purchase is a day with orders. Values are discounted and times the margin. Intervals hold 95%.",
    ),
    columns=(
        _column("customer_key", Type.TEXT, None, "Kunde", "Customer"),
        _column("first_order", Type.DATE, None, "erste Bestellung", "First order"),
        _column("last_order", Type.DATE, None, "letzte Bestellung", "Last order"),
        _column("purchases", Type.SHORT, Unit.COUNT, "Käufe", "Purchases"),
        _column("revenue", Type.FLOAT, Unit.MONEY, "Umsatz bisher", "Revenue so far"),
        _column("expected_purchases", Type.FLOAT, Unit.RATIO, "erwartete Käufe", "Expected purchases"),
        _column("expected_purchases_low", Type.FLOAT, Unit.RATIO, "von", "from"),
        _column("expected_purchases_high", Type.FLOAT, Unit.RATIO, "bis", "to"),
        _column("probability_of_none", Type.FLOAT, Unit.RATE, "P(kein Kauf)", "P(no purchase)"),
        _column("expected_spend", Type.FLOAT, Unit.MONEY, "erwartet je Kauf", "Expected per purchase"),
        _column("value", Type.FLOAT, Unit.MONEY, "Wert im Horizont", "Value within the horizon"),
        _column("value_low", Type.FLOAT, Unit.MONEY, "von", "from"),
        _column("value_high", Type.FLOAT, Unit.MONEY, "bis", "to"),
        _column("lifetime_value", Type.FLOAT, Unit.MONEY, "Wert ohne Ende", "Value without an end"),
    ),
    keys=("customer_key",),
    empty={
        "expected_purchases": "the shop is too small for a forecast",
        "expected_purchases_low": "as expected_spend",
        "expected_purchases_high": "as expected_spend",
        "probability_of_none": "no model was fitted",
        "expected_spend": "a naive forecast is used, or the shop is too small for a forecast",
        "value": "as expected_purchases",
        "value_low": "as expected_spend",
        "value_high": "as expected_spend",
        "lifetime_value": "as expected_spend",
    },
    witness=NoWitness(
        "tests compare the sum over customers with the value of the shop, and the models of single customers with published figures and other libraries"
    ),
)


def customer_values_of(asked: Asked, options: ForecastOptions) -> Answer[Expectations]:
    """One row per customer, sorted by key; unknown values are null.

    Raises DataError if no forecast is possible.
    """
    from wieder.questions.clv.expectations import predict_values

    del options
    expected = predict_values(asked)
    if expected is None:
        raise DataError(
            "no forecast is possible for these customers", "load a longer history: see the note above"
        )
    return asked.answer(CUSTOMER_VALUES, _customer_rows(asked, expected), behind=expected)


def _customer_rows(asked: Asked, expected: Expectations) -> pl.DataFrame:
    named = {"first_order": "first_day", "last_order": "last_day", "purchases": "purchase_days"}
    return (
        expected.customers.with_columns(**named, **expected.bounds())
        .join(asked.query("questions/keys_of_customers"), on="customer")
        .select(*CUSTOMER_VALUES.schema)
        .cast(CUSTOMER_VALUES.schema)
        .sort("customer_key")
    )


QUESTION = Question(
    id="clv-customers",
    place=41,
    chapter=Chapter.FORECASTS,
    help="List the predicted value of each customer, with intervals.",
    examples=("clv-customers orders.csv -o values.csv", "clv-customers orders.csv --horizon 90 --margin 0.4"),
    options=ForecastOptions,
    selectors=frozenset({Selector.AS_OF}),
    answer=customer_values_of,
    view=table_view,
    tables=lambda: (CUSTOMER_VALUES,),
    is_private=True,
)
