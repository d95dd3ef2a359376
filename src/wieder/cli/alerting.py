"""`[alerts]` of wieder.toml: what is said of limits that were crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder import messages
from wieder.alerts import crossed_alerts, unchecked_alerts
from wieder.report.alerts import alert_sentence

if TYPE_CHECKING:
    from wieder.analysis import Analysis
    from wieder.cli.session import Session
    from wieder.notices import Notify


def told_alerts(analysis: Analysis, session: Session, show: Notify = messages.show_notice) -> tuple[str, ...]:
    """Say on stderr, one line each, which limits were crossed, and let `show` say which could not be checked.

    Gives the sentences in the language of the session. Whoever calls this ends
    with `ExitCode.THRESHOLD` if there are any, after the result was written.
    """
    rules = session.settings.alerts
    for notice in unchecked_alerts(analysis.results, rules):
        show(notice)
    alerts = crossed_alerts(analysis.results, rules)
    kind = analysis.question.kind
    for alert in alerts:
        messages.show_alert(alert_sentence(alert, kind, "en", analysis.currency))
    return tuple(alert_sentence(alert, kind, session.lang, analysis.currency) for alert in alerts)
