"""What a workbook is made of, for tests of what stands in its files."""

from __future__ import annotations

import zipfile
from io import BytesIO


def parts(data: bytes, folder: str) -> str:
    """Everything in the parts of a workbook below `folder`, as one text."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith(folder)]
        return "".join(archive.read(name).decode() for name in names)
