"""The picture of the report in the README: `python tests/report/screenshot.py`; requires Chromium."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from browser import CHROMIUM, screenshot

from wieder.__main__ import main

PICTURE = Path(__file__).parents[2] / ".github" / "report.png"
WIDTH, HEIGHT = 1280, 1885


def make(picture: Path) -> None:
    """Write the report of the sample shop and take a picture of its top."""
    with TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        sys.argv = ["wieder", "demo", "-o", str(page)]
        main()
        screenshot(page, picture, width=WIDTH, height=HEIGHT)


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("there is no Chromium here")
    make(PICTURE)
