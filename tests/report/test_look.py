from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from made_up_shop import report_inputs
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.report.document import build
from wieder.report.findings import Layout
from wieder.report.html import render
from wieder.report.look import LARGEST_LOGO, PAPER, Look, contrast, look

if TYPE_CHECKING:
    from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))


def logo(folder: Path, content: bytes) -> Path:
    path = folder / "logo"
    path.write_bytes(content)
    return path


def test_nothing_chosen_is_nothing_changed() -> None:
    assert look(None, {}) == Look()


@pytest.mark.parametrize(
    ("content", "kind"), [(PNG, "image/png"), (b"<?xml version='1.0'?><svg/>", "image/svg+xml")]
)
def test_a_logo_is_embedded_in_the_page(tmp_path: Path, content: bytes, kind: str) -> None:
    found = look(logo(tmp_path, content), {}).logo
    assert found.startswith(f"data:{kind};base64,")
    page = render(build(report_inputs(layout=Layout(look=look(tmp_path / "logo", {}))), REGISTRY), None)
    assert f'<img class="logo" src="{found}" alt="">' in page.replace("&#43;", "+")


def test_an_unusable_logo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        look(tmp_path / "none.png", {})
    with pytest.raises(UsageError, match="neither PNG nor SVG"):
        look(logo(tmp_path, b"GIF89a"), {})
    with pytest.raises(UsageError, match=f"more than the limit of {LARGEST_LOGO:,}"):
        look(logo(tmp_path, PNG + bytes(LARGEST_LOGO)), {})


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_a_colour_is_lightened_for_dark_paper_as_far_as_it_must() -> None:
    chosen = look(None, {"returning": "#0b3d2e", "link": "#0b3d2e"})
    dark = dict(chosen.dark)
    assert dict(chosen.light) == {"returning": "#0b3d2e", "link": "#0b3d2e"}
    assert contrast(dark["returning"], PAPER["dark"]) >= 3
    assert contrast(dark["link"], PAPER["dark"]) >= 4.5
    page = render(build(report_inputs(layout=Layout(look=chosen)), REGISTRY), None)
    assert page.index("--returning: #0b3d2e") > page.index("--returning: #1f5a8a"), "the later one applies"
    assert f"--returning: {dark['returning']}" in page


def test_a_faint_colour_is_refused_with_one_that_can_be_read() -> None:
    with pytest.raises(UsageError, match=r"new: #ffd500 has a contrast of 1\.\d") as caught:
        look(None, {"new": "#ffd500"})
    suggested = caught.value.remedy.split('"')[1]
    assert contrast(suggested, PAPER["light"]) >= 3


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#12345g"])
def test_an_invalid_colour_is_refused(colour: str) -> None:
    with pytest.raises(UsageError, match="is not a colour"):
        look(None, {"new": colour})
