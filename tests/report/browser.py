"""Headless Chromium on the command line: the behaviour, the look and the printout of a page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-sync", "--hide-scrollbars",
    "--enable-logging=stderr", "--virtual-time-budget=5000",
)  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"
SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Visit:
    """The activity of a page while it was open."""

    dom: str
    console: tuple[str, ...]
    requests: tuple[str, ...]
    """Addresses that the page requested, without its own and data URIs."""


def visit(page: Path, *flags: str, width: int = 1280) -> Visit:
    """Open the page, run its scripts, and close it."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "net.json"
        run = _chromium(page, folder, f"--log-net-log={log}", "--dump-dom", *flags, width=width)
        return Visit(
            dom=run.stdout.decode(),
            console=tuple(re.findall(r"CONSOLE:\d+\] (.*)", run.stderr.decode())),
            requests=tuple(_requests(log.read_text("utf-8"))),
        )


def screenshot(page: Path, target: Path, *flags: str, width: int, height: int = 2000) -> None:
    """Take a picture of the first `height` pixels of the page."""
    with TemporaryDirectory() as folder:
        _chromium(page, folder, f"--screenshot={target}", *flags, width=width, height=height)


def printed(page: Path, target: Path) -> None:
    """Print the page to a PDF file."""
    with TemporaryDirectory() as folder:
        _chromium(page, folder, f"--print-to-pdf={target}", "--no-pdf-header-footer", width=1280)


def _chromium(
    page: Path, folder: str, *flags: str, width: int, height: int = 2000
) -> subprocess.CompletedProcess[bytes]:
    assert CHROMIUM is not None
    size = (f"--window-size={width},{height}", f"--user-data-dir={folder}/profile")
    return subprocess.run(
        [CHROMIUM, *QUIET, *size, *flags, page.as_uri()], capture_output=True, timeout=SECONDS, check=True
    )


def _requests(log: str) -> list[str]:
    """Addresses that pages requested; requests of the browser itself have no origin.

    The log has one event per line.
    """
    lines = (line.rstrip(",") for line in log.splitlines() if '"initiator":' in line)
    asked: list[dict[str, Any]] = [json.loads(line)["params"] for line in lines]
    return [
        one["url"]
        for one in asked
        if one["initiator"] != "not an origin" and not one["url"].startswith(("file:", "data:"))
    ]
