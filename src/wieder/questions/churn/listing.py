"""Lists of customers at risk or to win back, sorted by value at risk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wieder.asking.options import option
from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.table import NoWitness, Table, TableColumn
from wieder.asking.view import View
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.questions.backtest.plan import TrialOptions
from wieder.questions.churn.table import column
from wieder.questions.customers.pseudonyms import PseudonymOptions, pseudonyms

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.locale.text import Lang
    from wieder.questions.churn.trials import Evidence

SHOWN_CUSTOMERS = 50
"""The number shown to readers; files for programs contain all customers."""


class Which(StrEnum):
    """The available lists."""

    AT_RISK = "at-risk"
    WIN_BACK = "win-back"


@dataclass(frozen=True, kw_only=True)
class ListOptions(TrialOptions, PseudonymOptions):
    """The list of customers, and their pseudonyms."""

    which: Which | None = option(
        "--list", help="Active customers at risk, or lost ones to win back. [at-risk]"
    )

    @property
    def wanted(self) -> Which:
        """The requested list, or the default."""
        return self.which or Which.AT_RISK


CHURN_LIST = Table(
    id="churn_list",
    label=Text(de="Kunden in Gefahr", en="Customers at risk"),
    meaning=Text(
        de="Eine Zeile je Kunde, der größte Umsatz in Gefahr zuerst: Wahrscheinlichkeit, im Horizont nicht zu kaufen, mal dem, was er ausgibt, wenn er kauft. Gefährdet: nach der Regel noch aktiv, aber wahrscheinlicher nicht kaufend als kaufend. Rückgewinnung: nach der Regel verloren.",
        en="One row per customer, the largest value at risk first: the probability of no purchase within the horizon times what the customer spends if there is one. At risk: still active by the rule, but more likely not to buy than to buy. Win-back: lost by the rule.",
    ),
    columns=(
        column("customer_key", "Kunde", "Customer"),
        TableColumn(name="last_day", type=Type.DATE, label=Text(de="Letzter Kauf", en="Last purchase")),
        column("days_since_last_order", "Tage her", "Days since", Unit.COUNT),
        column("purchases", "Käufe", "Purchases", Unit.COUNT),
        column("revenue", "Umsatz", "Revenue", Unit.MONEY),
        column("probability_of_none", "Kauft nicht", "No purchase", Unit.RATE),
        column("spend_if_back", "Umsatz, wenn doch", "Spend if so", Unit.MONEY),
        column("value_at_risk", "Umsatz in Gefahr", "Value at risk", Unit.MONEY),
    ),
    keys=("customer_key",),
    empty={
        "spend_if_back": "no customer ever came back",
        "value_at_risk": "as spend_if_back",
    },
    witness=NoWitness(
        "tests compare both lists of a small shop with lists made by hand, and the value at risk with its factors"
    ),
)


def listed(customers: pl.DataFrame, which: Which) -> pl.DataFrame:
    """The customers on one list, with `CHURN_LIST.schema`.

    `customers` has the columns of the list, and `is_lost` by the rule.
    """
    is_listed = pl.col("is_lost")
    if which is Which.AT_RISK:
        is_listed = ~pl.col("is_lost") & (pl.col("probability_of_none") > 0.5)  # noqa: PLR2004
    return (
        customers.filter(is_listed)
        .select(*CHURN_LIST.schema)
        .cast(CHURN_LIST.schema)
        .sort("value_at_risk", "customer_key", descending=[True, False], nulls_last=True)
    )


def churn_list_of(asked: Asked, options: ListOptions) -> Answer[Evidence]:
    """The customers on one list, under pseudonyms if a key is given.

    Raises the errors of `plan_trials` and `trials`.
    """
    from wieder.questions.churn.methods import look_ahead

    options.warn_of_readers(asked.notify)
    outlook = look_ahead(asked, options.rules_on_some)
    keys = asked.query("questions/keys_of_customers")
    customers = outlook.customers.join(keys, on="customer", how="left").rename({"purchase_days": "purchases"})
    rows = listed(customers, options.wanted)
    if options.key is not None:
        rows = rows.with_columns(pseudonyms(rows["customer_key"], options.key))
    return asked.answer(CHURN_LIST, rows, behind=outlook.evidence)


def _refuse_unreadable(options: ListOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for a key that cannot be read or is too short."""
    del selection, settings
    _ = options.key


def churn_list_view(answer: Answer[Evidence], options: ListOptions, lang: Lang) -> View:
    """Every customer for programs, the first ones for readers."""
    from wieder.questions.churn.grids import list_grid

    return View(
        frame=answer.frame,
        grids=lambda: [
            list_grid(answer.frame, CHURN_LIST, options.wanted, lang, answer.currency, most=SHOWN_CUSTOMERS)
        ],
    )


QUESTION = Question(
    id="churn-list",
    place=53,
    chapter=Chapter.FORECASTS,
    help="List customers at risk or lost, by value at risk.",
    examples=(
        "churn-list orders.csv -o at_risk.csv",
        "churn-list orders.csv --list win-back --pseudonym key -o win_back.csv",
    ),
    options=ListOptions,
    selectors=frozenset({Selector.AS_OF, Selector.WINDOW}),
    refuse=_refuse_unreadable,
    answer=churn_list_of,
    view=churn_list_view,
    tables=lambda: (CHURN_LIST,),
    is_private=True,
)
