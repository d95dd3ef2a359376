"""The report as PDF: the HTML page laid out by WeasyPrint, with page numbers."""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING

from wieder.errors import UsageError
from wieder.writing.shipped import resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import Any

STYLE = "pdf.css"
"""The stylesheet for paper, in addition to style.css."""
FONT_DATE = "SOURCE_DATE_EPOCH"
"""Environment variable with the date, in seconds, that fontTools writes into a font; by default, the time."""


def to_pdf(page: str, made_on: date) -> bytes:
    """`page` as PDF; the same page gives the same bytes.

    Nothing is fetched. Raises UsageError if the page refers to an external resource, or
    if the extra `pdf`, its libraries or any font is missing.
    """
    weasyprint = _weasyprint()
    style = (resource("reports_templates") / STYLE).read_text("utf-8")
    # Inserted after the page's own style: a stylesheet passed to WeasyPrint would rank below it.
    styled = page.replace("</head>", f"<style>\n{style}</style>\n</head>", 1)
    try:
        document = weasyprint.HTML(string=styled, url_fetcher=_embedded_only()).render()
    except weasyprint.urls.FatalURLFetchingError as error:
        raise UsageError(
            f"the page refers to an external resource ({error})", "embed it in the template as a data: URI"
        ) from error
    document.metadata.created = document.metadata.modified = f"{made_on.isoformat()}T00:00:00Z"
    with _fonts_dated(made_on):
        return bytes(document.write_pdf(pdf_identifier=sha256(page.encode()).digest()[:16]))


def _weasyprint() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "No fonts configured", UserWarning)
            import weasyprint  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError("PDF needs a package that is not installed", "pip install 'wieder[pdf]'") from error
    except UserWarning as warning:
        raise UsageError(
            "PDF needs a font, but none is installed",
            "sudo apt install fonts-dejavu-core, or print the HTML from a browser",
        ) from warning
    except OSError as error:
        raise UsageError(
            f"PDF needs Pango, which is not installed ({str(error).splitlines()[0]})",
            "sudo apt install libpango-1.0-0 libpangoft2-1.0-0, or print the HTML from a browser",
        ) from error
    return weasyprint


@contextmanager
def _fonts_dated(day: date) -> Iterator[None]:
    """Set `day` as the date of embedded fonts: WeasyPrint has no option to pass it to fontTools."""
    before = os.environ.get(FONT_DATE)
    os.environ[FONT_DATE] = str(int(datetime.combine(day, time(), UTC).timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[FONT_DATE]
        else:
            os.environ[FONT_DATE] = before


def _embedded_only() -> Any:
    """A fetcher for resources embedded in the page, such as the logo; it fails for all others."""
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)

    return URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
