"""The examples of CONTRIBUTING: each is applied to a copy of the source, and its commands are run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text("utf-8")
CHAPTERS = {chapter.partition("\n")[0]: chapter for chapter in re.split(r"(?m)^## ", CONTRIBUTING)}
ADDED = [title for title in CHAPTERS if title.startswith("Add ")]
FILES = {
    "orders.csv": """\
order_id,customer_id,ordered_at,amount
A1,anna,2024-01-05,20.00
A2,anna,2024-02-10,130.00
B1,ben,2024-01-20,50.00
C1,,2024-02-15,99.99
C2,carl,2024-03-01,10.00
""",
    "visits.csv": "visited_on,channel,visits\n2024-01-01,google,120\n",
    "kasse.csv": """\
Bon;Karte;Zeitpunkt;Artikel;Summe EUR;Art
1;K7;05.01.2024 10:00;Tee;12,50;Verkauf
1;K7;05.01.2024 10:00;Tasse;12,50;Verkauf
2;K8;06.02.2024 09:30;Tee;3,20;Storno
3;K9;07.02.2024 09:30;Tee;4,10;Verkauf
""",
}
EXPECTED = {
    "Add a KPI": [
        "1 / 4",
        'large_order_share,1,2024-02-01,2024-03-01,"","",1.0,2.0,0.5',
        "large_order_share,2,0",
    ],
    "Add a question": [
        "Orders and revenue by size",
        "2024-02-01,2024-03-01,50 to 100,1,99.99",
        "order_sizes,4,0",
    ],
    "Add an export": ["visits.csv,visits", "visit_date, besuchstag", "replaces,visited_on"],
    "Add a format": ["Bon, Karte, Zeitpunkt", "orders_cancelled,-1,-3.2000"],
}
"""Pieces of the output of the commands."""


def blocks(chapter: str, language: str) -> list[str]:
    """The blocks of a language in a chapter."""
    return re.findall(rf"(?s)^```{language}\n(.*?)^```$", chapter, re.MULTILINE)


@pytest.fixture
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the source with the patch of one chapter."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    for name in ("reports_templates", "sample_data"):
        (tmp_path / name).symlink_to(ROOT / name)
    [patch] = blocks(CHAPTERS[request.param], "diff")
    subprocess.run(["git", "apply"], cwd=tmp_path, input=patch, text=True, encoding="utf-8", check=True)
    return tmp_path


def printed(command: str, source: Path) -> str:
    """Standard output of one of the commands, in the folder with the files."""
    _, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", "wieder", *arguments],
        cwd=source,
        env=os.environ | {"PYTHONPATH": str(source / "src")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


@pytest.mark.parametrize(("source", "title"), [(title, title) for title in ADDED], indirect=["source"])
def test_an_addition_is_one_file(source: Path, title: str) -> None:
    for name, text in FILES.items():
        (source / name).write_text(text)
    [block] = blocks(CHAPTERS[title], "sh")
    output = "".join(printed(command, source) for command in block.splitlines())
    assert [piece for piece in EXPECTED[title] if piece not in output] == []


@pytest.mark.parametrize("title", ADDED)
def test_an_addition_changes_no_file(title: str) -> None:
    [patch] = blocks(CHAPTERS[title], "diff")
    assert re.findall("(?m)^--- (.*)$", patch) == ["/dev/null"]


def test_every_chapter_of_an_addition_has_its_expectation() -> None:
    assert set(ADDED) == set(EXPECTED)
