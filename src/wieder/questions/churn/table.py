"""The table of churn predicted by three methods, with their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.table import SEGMENT_COLUMNS, NoWitness, Table, TableColumn
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type

if TYPE_CHECKING:
    from wieder.models.churn_rule import Verdicts

GIVEN, CHOSEN = "given_window", "chosen_window"
"""The rule, with the activity window of the settings, or with the most accurate one at past cut-off dates."""
KAPLAN_MEIER = "kaplan_meier"


def column(name: str, de: str, en: str, unit: Unit | None = None) -> TableColumn:
    """A column of a churn table: text without a unit, a whole number for counts, otherwise a float."""
    kinds = {None: Type.TEXT, Unit.COUNT: Type.INTEGER}
    return TableColumn(name=name, type=kinds.get(unit, Type.FLOAT), label=Text(de=de, en=en), unit=unit)


ERRORS = (
    column("accuracy", "Richtig", "Right", Unit.RATE),
    column("false_alarm_rate", "Fehlalarme", "False alarms", Unit.RATE),
    column("miss_rate", "Übersehen", "Missed", Unit.RATE),
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
        column("method", "Weg", "Way"),
        column("window_days", "Fenster (Tage)", "Window (days)", Unit.COUNT),
        column("horizon_days", "Horizont (Tage)", "Horizon (days)", Unit.COUNT),
        column("customers", "Kunden", "Customers", Unit.COUNT),
        column("lost_rate", "Anteil jetzt", "Share now", Unit.RATE),
        column("value_at_risk", "Umsatz in Gefahr", "Value at risk", Unit.MONEY),
        column("moments", "Zeitpunkte", "Moments", Unit.COUNT),
        column("expected_rate", "Vorhergesagt", "Foreseen", Unit.RATE),
        column("actual_rate", de="Eingetreten", en="Came true", unit=Unit.RATE),
        column("auc", "AUC", "AUC", Unit.RATIO),
        column("brier", "Brier", "Brier", Unit.RATIO),
        column("skill", "Gewinn", "Skill", Unit.RATE),
        column("calibration_error", "Kalibrierfehler", "Calibration error", Unit.RATE),
        column("log_loss", "Log-Verlust", "Log loss", Unit.RATIO),
        *ERRORS,
    ),
    keys=("dimension", "segment", "method"),
    empty={
        "window_days": "the method is not the rule",
        "value_at_risk": "another method is the best one, or no customer ever came back",
        "moments": "the row is a segment: the back-test covers the whole shop",
        "expected_rate": "as moments",
        "actual_rate": "as moments",
        "auc": "as moments, or all customers behaved alike",
        "brier": "as moments, or the method is the rule",
        "skill": "as brier, or all customers behaved alike",
        "calibration_error": "as brier",
        "log_loss": "as brier",
        "accuracy": "as moments",
        "false_alarm_rate": "as moments, or no customer came back",
        "miss_rate": "as moments, or every customer came back",
    },
    witness=NoWitness(
        "tests compare the rule and Kaplan-Meier with figures made by hand and independent ones for CDNOW, and the groups with the whole shop"
    ),
)


def error_rates(verdicts: Verdicts) -> dict[str, float]:
    """The columns `ERRORS`; nan if undefined."""
    return {
        "accuracy": verdicts.accuracy,
        "false_alarm_rate": verdicts.false_alarm_rate,
        "miss_rate": verdicts.miss_rate,
    }
