"""The wheel as users get it: exactly the files tracked by git, and usable without development tools."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from environments import check_demo, new_environment, printed_by

ROOT = Path(__file__).parents[1]
SHIPPED = {
    "src/wieder": "wieder",
    "reports_templates": "wieder/reports_templates",
    "sample_data": "wieder/sample_data",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="compares with the files tracked by git"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_git_knows_and_nothing_else(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", *SHIPPED], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    expected = {placed(name) for name in listed.splitlines()}
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == expected


def placed(name: str) -> str:
    """Return the path in the wheel of a file in the repository."""
    source = next(source for source in SHIPPED if name.startswith(f"{source}/"))
    return SHIPPED[source] + name.removeprefix(source)


def test_the_wheel_runs_the_demo_with_nothing_but_its_dependencies(wheel: Path, tmp_path: Path) -> None:
    check_demo(new_environment(tmp_path / "bare", wheel), tmp_path / "work")


def test_the_wheel_contains_the_documentation_and_shows_it(wheel: Path, tmp_path: Path) -> None:
    documents = {path.name for path in (ROOT / "src/wieder/docs").glob("*.md")}
    packed = {Path(name).name for name in ZipFile(wheel).namelist() if name.startswith("wieder/docs/")}
    assert packed == documents
    python = new_environment(tmp_path / "bare", wheel)
    listed = printed_by(python.with_name("wieder"), "help", inside=tmp_path)
    assert "\nsettings," in listed
    shown = printed_by(python.with_name("wieder"), "help", "settings", inside=tmp_path)
    assert shown.startswith("# Settings\n")
