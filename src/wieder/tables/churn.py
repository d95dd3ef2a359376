"""Who will not come back, told three ways; how often each was wrong; and whom to write to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wieder.kpis.base import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.tables.base import Table, TableColumn
from wieder.tables.periods import SEGMENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from wieder.models.churn_rule import Verdicts

GIVEN, CHOSEN = "given_window", "chosen_window"
"""The rule, with the activity window of the settings or with the one that was chosen on earlier moments."""
KAPLAN_MEIER = "kaplan_meier"


def _column(name: str, de: str, en: str, unit: Unit | None = None) -> TableColumn:
    kinds = {None: Type.TEXT, Unit.COUNT: Type.INTEGER}
    return TableColumn(name=name, type=kinds.get(unit, Type.FLOAT), label=Text(de=de, en=en), unit=unit)


ERRORS = (
    _column("accuracy", "Richtig", "Right", Unit.RATE),
    _column("false_alarm_rate", "Fehlalarme", "False alarms", Unit.RATE),
    _column("miss_rate", "Übersehen", "Missed", Unit.RATE),
)

CHURN = Table(
    id="churn",
    label=Text(de="Wer nicht wiederkommt, auf drei Wegen", en="Who will not come back, three ways"),
    meaning=Text(
        de="Eine Zeile je Gruppe und Weg. Regel: verloren ist, wer länger als das Fenster nicht gekauft hat. Modell: Wahrscheinlichkeit, im Horizont nicht zu kaufen. Kaplan-Meier: dieselbe aus den Abständen aller Kunden. Anteil: jetzt. Umsatz in Gefahr: die Summe der Wahrscheinlichkeiten, im Horizont nicht zu kaufen, mal dem Umsatz, falls doch; nur in der Zeile des Modells, mit dessen Erwartung, oder ohne Modell in der von Kaplan-Meier, mit dem bisherigen Umsatz je Kauf; leer, wenn noch niemand wiederkam. Die Maße daneben sind die des Rücktests über alle Kunden früherer Zeitpunkte: Fehlalarm heißt, wer wiederkam, galt als verloren (Wahrscheinlichkeit über 50 %); übersehen, wer ausblieb, galt als aktiv. Die Fenster wurden an Zeitpunkten gewählt, die denen gleichen, an denen sie gemessen sind. Die Quote je Zeitraum ist die Kennzahl churn_rate.",
        en="One row per group and way. Rule: lost is who has not bought for longer than the window. Model: the probability of no purchase within the horizon. Kaplan-Meier: the same from the gaps of all customers. The share is now. Value at risk: the sum of the probabilities of no purchase within the horizon, each times the spend if there is one; only in the row of the model, with the spend that it expects, or without a model in that of Kaplan-Meier, with the spend per purchase so far; empty if nobody ever came back. The measures beside it are those of the back-test over all customers of earlier moments: a false alarm is who came back and was called lost (a probability above 50%); missed is who did not and was called active. The window was chosen at moments like those at which it is measured. The rate by period is the KPI churn_rate.",
    ),
    columns=(
        *SEGMENT_COLUMNS,
        _column("method", "Weg", "Way"),
        _column("window_days", "Fenster (Tage)", "Window (days)", Unit.COUNT),
        _column("horizon_days", "Horizont (Tage)", "Horizon (days)", Unit.COUNT),
        _column("customers", "Kunden", "Customers", Unit.COUNT),
        _column("lost_rate", "Anteil jetzt", "Share now", Unit.RATE),
        _column("value_at_risk", "Umsatz in Gefahr", "Value at risk", Unit.MONEY),
        _column("moments", "Zeitpunkte", "Moments", Unit.COUNT),
        _column("expected_rate", "Vorhergesagt", "Foreseen", Unit.RATE),
        _column("actual_rate", "Eingetreten", "Came true", Unit.RATE),
        _column("auc", "AUC", "AUC", Unit.RATIO),
        _column("brier", "Brier", "Brier", Unit.RATIO),
        _column("skill", "Gewinn", "Skill", Unit.RATE),
        _column("calibration_error", "Kalibrierfehler", "Calibration error", Unit.RATE),
        _column("log_loss", "Log-Verlust", "Log loss", Unit.RATIO),
        *ERRORS,
    ),
    keys=("dimension", "segment", "method"),
    witness="",
)

RULES = Table(
    id="churn_rules",
    label=Text(de="Wie oft die Regel irrt", en="How often the rule is wrong"),
    meaning=Text(
        de="Eine Zeile je Zeitpunkt und Fenster: Wer davor länger als das Fenster nicht gekauft hatte, galt als verloren, sonst als aktiv; wer im Horizont danach kaufte, kam zurück, sonst war er weg.",
        en="One row per moment and window: who had not bought for longer than the window before it was called lost, else active; who bought within the horizon after it came back, else was gone.",
    ),
    columns=(
        TableColumn(name="moment", type=Type.DATE, label=Text(de="Zeitpunkt", en="Moment")),
        _column("window_days", "Fenster (Tage)", "Window (days)", Unit.COUNT),
        _column("horizon_days", "Horizont (Tage)", "Horizon (days)", Unit.COUNT),
        _column("customers", "Kunden", "Customers", Unit.COUNT),
        _column("lost_gone", "verloren, weg", "Lost, gone", Unit.COUNT),
        _column("lost_back", "verloren, zurück", "Lost, back", Unit.COUNT),
        _column("active_gone", "aktiv, weg", "Active, gone", Unit.COUNT),
        _column("active_back", "aktiv, zurück", "Active, back", Unit.COUNT),
        *ERRORS,
    ),
    keys=("moment", "window_days"),
    witness="",
)


def rules_table(moments: Sequence[date], windows: Iterable[int], horizon_days: int) -> Table:
    """What the table is for these moments and windows."""
    days = ", ".join(f"date '{moment}'" for moment in moments)
    return replace(
        RULES,
        witness=RULES_WITNESS.format(
            moments=days, windows=", ".join(map(str, windows)), horizon=horizon_days
        ),
    )


RULES_WITNESS = """
    with tried as (
        select * from (select unnest([{moments}]) as moment) cross join (select unnest([{windows}]) as window_days)
    ),
    known as (
        select moment, window_days, customer, moment - max(day) filter (day < moment) > window_days as lost,
            count(*) filter (day >= moment) > 0 as back
        from tried join witness_orders on day < moment + {horizon}
        where customer is not null
        group by moment, window_days, customer
        having count(*) filter (day < moment) > 0
    )
    select moment, window_days, count(*) as customers, count_if(lost and not back) as lost_gone,
        count_if(lost and back) as lost_back, count_if(not lost and not back) as active_gone,
        count_if(not lost and back) as active_back, avg((lost <> back)::integer) as accuracy,
        count_if(lost and back) / nullif(count_if(back), 0) as false_alarm_rate,
        count_if(not lost and not back) / nullif(count_if(not back), 0) as miss_rate
    from known group by moment, window_days
"""


def rule_rows(said: Sequence[tuple[date, int, Verdicts]], horizon_days: int) -> pl.DataFrame:
    """`RULES.schema`, from the verdicts of each moment and window."""
    rows = [
        {"moment": moment, "window_days": window_days, "horizon_days": horizon_days}
        | {"customers": one.customers}
        | vars(one)
        | error_rates(one)
        for moment, window_days, one in said
    ]
    found = pl.DataFrame(rows, schema_overrides=RULES.schema)
    return _rates_known(found).select(*RULES.schema).unique().sort(RULES.keys)


def error_rates(said: Verdicts) -> dict[str, float]:
    """The columns `ERRORS`; nan where nothing is known."""
    return {
        "accuracy": said.accuracy,
        "false_alarm_rate": said.false_alarm_rate,
        "miss_rate": said.miss_rate,
    }


def _rates_known(found: pl.DataFrame) -> pl.DataFrame:
    return found.with_columns(pl.col(pl.Float64).fill_nan(None))


AT_RISK, WIN_BACK = "at-risk", "win-back"

CHURN_LIST = Table(
    id="churn_list",
    label=Text(de="Kunden in Gefahr", en="Customers at risk"),
    meaning=Text(
        de="Eine Zeile je Kunde, der größte Umsatz in Gefahr zuerst: Wahrscheinlichkeit, im Horizont nicht zu kaufen, mal dem, was er ausgibt, wenn er kauft. Gefährdet: nach der Regel noch aktiv, aber wahrscheinlicher nicht kaufend als kaufend. Rückgewinnung: nach der Regel verloren.",
        en="One row per customer, the largest value at risk first: the probability of no purchase within the horizon times what the customer spends if there is one. At risk: still active by the rule, but more likely not to buy than to buy. Win-back: lost by the rule.",
    ),
    columns=(
        _column("customer_key", "Kunde", "Customer"),
        TableColumn(name="last_day", type=Type.DATE, label=Text(de="Letzter Kauf", en="Last purchase")),
        _column("days_since_last_order", "Tage her", "Days since", Unit.COUNT),
        _column("purchases", "Käufe", "Purchases", Unit.COUNT),
        _column("revenue", "Umsatz", "Revenue", Unit.MONEY),
        _column("probability_of_none", "Kauft nicht", "No purchase", Unit.RATE),
        _column("spend_if_back", "Umsatz, wenn doch", "Spend if so", Unit.MONEY),
        _column("value_at_risk", "Umsatz in Gefahr", "Value at risk", Unit.MONEY),
    ),
    keys=("customer_key",),
    witness="",
)


def listed(customers: pl.DataFrame, which: str) -> pl.DataFrame:
    """`CHURN_LIST.schema`: the customers on one of the lists.

    `customers` has the columns of the list, and `is_lost` by the rule.
    """
    is_listed = pl.col("is_lost")
    if which == AT_RISK:
        is_listed = ~pl.col("is_lost") & (pl.col("probability_of_none") > 0.5)  # noqa: PLR2004
    return (
        customers.filter(is_listed)
        .select(*CHURN_LIST.schema)
        .cast(CHURN_LIST.schema)
        .sort("value_at_risk", "customer_key", descending=[True, False], nulls_last=True)
    )
