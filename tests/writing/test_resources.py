from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import wieder
from wieder.errors import DataError
from wieder.writing.shipped import resource

PACKAGE = Path(wieder.__file__).parent


@pytest.mark.parametrize("name", ["sample_data", "reports_templates"])
def test_the_checkout_has_its_resources(name: str) -> None:
    assert resource(name).is_dir()
    assert resource(name).name == name


@pytest.mark.parametrize(
    ("package", "folder"),
    [
        pytest.param("src/wieder", "sample_data", id="checkout or editable installation"),
        pytest.param("site-packages/wieder", "site-packages/wieder/sample_data", id="wheel"),
    ],
)
def test_resources_are_found_in_every_layout(tmp_path: Path, package: str, folder: str) -> None:
    (tmp_path / package / "writing").mkdir(parents=True)
    (tmp_path / folder).mkdir()
    for module in ("__init__.py", "errors.py", "writing/__init__.py", "writing/shipped.py"):
        shutil.copy(PACKAGE / module, tmp_path / package / module)
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from wieder.writing.shipped import resource
print(resource("sample_data"))
"""
    place = str((tmp_path / package).parent)
    found = subprocess.run(
        [sys.executable, "-I", "-c", code, place], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert Path(found.stdout.strip()) == tmp_path / folder


def test_a_missing_folder_is_refused_with_a_remedy() -> None:
    with pytest.raises(DataError, match="no_such_folder") as refusal:
        resource("no_such_folder")
    assert "install" in refusal.value.remedy
