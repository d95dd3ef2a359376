"""The data folders that are shipped with the package."""

from __future__ import annotations

from pathlib import Path

from wieder.errors import DataError


def resource(name: str) -> Path:
    """The path of a shipped folder: `sample_data` or `reports_templates`.

    A wheel contains it inside the package; a checkout or an editable installation has it
    at the top of the repository. Raises DataError if it is in neither place.
    """
    package = Path(__file__).parents[1]
    for folder in (package / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise DataError(
        f"the folder {name} is missing from this installation of wieder",
        "pip install --force-reinstall wieder",
    )
