"""Where the folders lie that the package ships beside its code."""

from __future__ import annotations

from pathlib import Path

from wieder.errors import DataError


def resource(name: str) -> Path:
    """The folder `sample_data` or `reports_templates`.

    It is part of the package in a wheel, and at the top of the repository in a
    checkout or an editable installation. Raises DataError if it is in neither.
    """
    package = Path(__file__).parents[1]
    for folder in (package / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise DataError(f"this installation of wieder has no folder {name}", "install wieder once more")
