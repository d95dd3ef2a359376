from __future__ import annotations

import os
import re
import sys
import time
import zlib
from datetime import date
from typing import TYPE_CHECKING

import pytest

from wieder.errors import UsageError
from wieder.report import pdf
from wieder.report.pdf import to_pdf

if TYPE_CHECKING:
    from types import ModuleType

DAY = date(2025, 4, 1)
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def page(body: str) -> str:
    return f"<!doctype html><html lang='en'><head><title>Page</title></head><body>{body}</body></html>"


def unpacked(data: bytes) -> bytes:
    """The objects of a PDF, decompressed."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    return data + b"".join(
        zlib.decompressobj().decompress(stream) for stream in streams if stream[:1] == b"x"
    )


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", unpacked(data)))


@pytest.fixture(autouse=True)
def _pango() -> None:
    try:
        import weasyprint  # type: ignore[import-untyped]  # noqa: F401, PLC0415
    except (OSError, UserWarning) as error:
        pytest.skip(f"WeasyPrint needs Pango and a font ({error})")


def test_the_page_is_on_paper() -> None:
    data = to_pdf(page("<h1>Umsatz</h1>"), DAY)
    assert data.startswith(b"%PDF-")
    assert pages(data) == 1
    assert b"20250401" in unpacked(data)


def test_a_long_page_is_cut_between_its_parts_and_numbered() -> None:
    long = page("<section><h2>Part</h2><p>text</p></section>" * 100)
    assert pages(to_pdf(long, DAY)) > 1


def test_the_same_page_gives_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = to_pdf(page("a"), DAY)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert to_pdf(page("a"), DAY) == first
    assert to_pdf(page("b"), DAY) != first


@pytest.mark.parametrize("before", [None, "1"])
def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    monkeypatch.delenv(pdf.FONT_DATE, raising=False)
    if before is not None:
        monkeypatch.setenv(pdf.FONT_DATE, before)
    to_pdf(page("a"), DAY)
    assert os.environ.get(pdf.FONT_DATE) == before


@pytest.mark.parametrize(
    "body",
    [
        "<img src='http://127.0.0.1:9/x.png'>",
        "<img src='file:///etc/hostname'>",
        "<link rel='stylesheet' href='http://127.0.0.1:9/x.css'>",
        "<style>p { background: url(https://127.0.0.1:9/x.png) }</style><p>x</p>",
    ],
)
def test_nothing_is_fetched(body: str) -> None:
    with pytest.raises(UsageError, match="the page refers to an external resource"):
        to_pdf(page(body), DAY)


def test_embedded_images_are_shown() -> None:
    assert b"/Image" in unpacked(to_pdf(page(f"<img src='{PIXEL}'>"), DAY))


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError) as refusal:
        to_pdf(page("a"), DAY)
    assert refusal.value.remedy == "pip install 'wieder[pdf]'"


@pytest.mark.parametrize(
    ("failure", "message", "remedy"),
    [
        (OSError("cannot load library 'libpango-1.0-0'"), "PDF needs Pango", "libpango"),
        (UserWarning("No fonts configured in FontConfig."), "PDF needs a font", "fonts-dejavu-core"),
    ],
)
def test_missing_libraries_and_fonts_are_named(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, message: str, remedy: str
) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> ModuleType | None:
            if name == "weasyprint":
                raise failure
            return None

    monkeypatch.delitem(sys.modules, "weasyprint")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(UsageError, match=message) as refusal:
        pdf.to_pdf(page("a"), DAY)
    assert remedy in refusal.value.remedy
