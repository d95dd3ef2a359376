"""The branding of the page: a logo, and colours with enough contrast."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from wieder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ColourName = Literal["returning", "new", "reactivated", "lost", "anonymous", "link"]
"""Colours of chart parts, and of links."""
LARGEST_LOGO = 60_000
"""In bytes; the whole page stays below 400,000."""
PAPER = {"light": "#fffefb", "dark": "#14181d"}
INK = {"light": "#000000", "dark": "#ffffff"}
"""The colour that is mixed in until a colour stands out from the paper."""
MARK_CONTRAST = 3.0
LINK_CONTRAST = 4.5
"""Minimum contrast by WCAG 2.2 AA: of marks in charts, and of text."""
MIX_STEPS = 20


@dataclass(frozen=True, kw_only=True)
class Look:
    """The logo and the colours of a page."""

    logo: str = ""
    """A data URI; empty if there is no logo."""
    light: tuple[tuple[str, str], ...] = field(default=())
    """Name and value of each colour on light paper."""
    dark: tuple[tuple[str, str], ...] = field(default=())
    """The same colours, lightened as far as dark paper requires."""


def look(logo: Path | None, colours: Mapping[ColourName, str]) -> Look:
    """The look of a page. Raises UsageError for an unusable logo or colour."""
    for name, colour in colours.items():
        _refuse_faint(name, colour)
    return Look(
        logo=_embedded(logo) if logo else "",
        light=tuple(colours.items()),
        dark=tuple((name, _legible(colour, "dark", _least(name))) for name, colour in colours.items()),
    )


def _embedded(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"[report] logo: {path} cannot be read ({error.strerror})", "check the path of the logo"
        ) from error
    if len(content) > LARGEST_LOGO:
        raise UsageError(
            f"[report] logo: {path} is {len(content):,} bytes, more than the limit of {LARGEST_LOGO:,}",
            "reduce the logo; a width of 400 pixels is enough",
        )
    return f"data:{_media_type(path, content)};base64,{b64encode(content).decode()}"


def _media_type(path: Path, content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if b"<svg" in content[:1000]:
        return "image/svg+xml"
    raise UsageError(f"[report] logo: {path} is neither PNG nor SVG", "save the logo as PNG or SVG")


def _refuse_faint(name: str, colour: str) -> None:
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        raise UsageError(
            f"[report.colours] {name}: {colour!r} is not a colour", f'write it as {name} = "#1f5a8a"'
        )
    least = _least(name)
    found = contrast(colour, PAPER["light"])
    if found < least:
        raise UsageError(
            f"[report.colours] {name}: {colour} has a contrast of {found:.1f} on the page, needs {least:g}",
            f'use a darker shade: {name} = "{_legible(colour, "light", least)}"',
        )


def _least(name: str) -> float:
    return LINK_CONTRAST if name == "link" else MARK_CONTRAST


def _legible(colour: str, theme: str, least: float) -> str:
    """`colour`, mixed with the ink of the theme until it is legible on its paper."""
    mixed = (_mixed(colour, INK[theme], step / MIX_STEPS) for step in range(MIX_STEPS + 1))
    return next(one for one in mixed if contrast(one, PAPER[theme]) >= least)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as `#1f5a8a`, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
