"""Parts of a workbook, for tests of their content."""

from __future__ import annotations

import zipfile
from io import BytesIO


def parts(data: bytes, folder: str) -> str:
    """Return the content of all parts of a workbook below `folder` as one text."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith(folder)]
        return "".join(archive.read(name).decode() for name in names)
