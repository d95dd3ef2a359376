"""The report in two steps: gathering all data, then rendering them as HTML, workbook or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wieder.asking.reconciliation import reconciled
from wieder.kpis import REGISTRY
from wieder.questions.kpis import kpis_of
from wieder.report import html
from wieder.report.document import build
from wieder.report.findings import Findings
from wieder.report.gathering import Gathering
from wieder.report.sections import SECTIONS
from wieder.store.file import load_history

if TYPE_CHECKING:
    from wieder.asking.asked import Asked
    from wieder.report.findings import Layout


def findings_of(asked: Asked, layout: Layout) -> Findings:
    """All data that the sections show for the selection; drawing asks nothing more.

    The caller adds verification, the state to keep, and notices. Raises the errors of
    `asking.asked` if no period lies within the span.
    """
    kpis = kpis_of(asked)
    gathering = Gathering(asked=asked.whole_shop, kpis=kpis)
    as_a_whole = asked.whole_shop.whole_span.over(asked.shown_span)
    return Findings(
        settings=asked.settings,
        layout=layout,
        by_period=kpis,
        whole=kpis_of(as_a_whole),
        reconciliation=reconciled(as_a_whole),
        gathered={
            name: section.gather(gathering)
            for name, section in SECTIONS.items()
            if section.gather is not None and (section.is_usual or name in layout.sections)
        },
        loads=load_history(asked.shop.connection),
    )


def rendered(findings: Findings, form: str) -> bytes:
    """The report as html, xlsx or pdf; the same findings give the same bytes.

    Raises UsageError for a broken template of the user's, and if the extra that the
    form needs is not installed.
    """
    if form == "xlsx":
        from wieder.report.workbook import report_workbook  # noqa: PLC0415  (only if wanted)

        return report_workbook(findings, REGISTRY)
    templates = findings.settings.report.templates
    page = html.render(build(findings, REGISTRY), Path(templates) if templates else None)
    if form == "pdf":
        from wieder.report.pdf import to_pdf  # noqa: PLC0415  (an extra)

        return to_pdf(page, findings.as_of)
    return page.encode()
