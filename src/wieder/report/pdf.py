"""The HTML report on paper: the same page, laid out by WeasyPrint, with page numbers."""

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
"""What paper needs beside style.css."""
FONT_DATE = "SOURCE_DATE_EPOCH"
"""Environment variable with the date, in seconds, that fontTools writes into a font; by default, the time."""


def to_pdf(page: str, made_on: date) -> bytes:
    """`page` as PDF; the same page gives the same bytes.

    Nothing is fetched. Raises UsageError if the page asks for something, and
    without the extra `pdf`, the libraries that it needs, or any font.
    """
    weasyprint = _weasyprint()
    style = (resource("reports_templates") / STYLE).read_text("utf-8")
    # Within the page, after its own: a stylesheet of WeasyPrint's would yield to those of the page.
    styled = page.replace("</head>", f"<style>\n{style}</style>\n</head>", 1)
    try:
        document = weasyprint.HTML(string=styled, url_fetcher=_embedded_only()).render()
    except weasyprint.urls.FatalURLFetchingError as error:
        raise UsageError(
            f"a report fetches nothing ({error})", "embed it into the template as data:"
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
        raise UsageError("a package is missing that writes PDF", "pip install 'wieder[pdf]'") from error
    except UserWarning as warning:
        raise UsageError(
            "PDF needs a font, and none is installed",
            "install Debian's fonts-dejavu-core, or print the HTML from a browser",
        ) from warning
    except OSError as error:
        raise UsageError(
            f"PDF needs Pango, which is not installed ({str(error).splitlines()[0]})",
            "install Debian's libpango-1.0-0 and libpangoft2-1.0-0, or print the HTML from a browser",
        ) from error
    return weasyprint


@contextmanager
def _fonts_dated(day: date) -> Iterator[None]:
    """Write `day` into embedded fonts as their date: WeasyPrint has no option to pass it to fontTools."""
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
    """Reads what is in the page itself, such as the logo, and stops at everything else."""
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)

    return URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
