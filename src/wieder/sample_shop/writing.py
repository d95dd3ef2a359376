"""The sample as files: UTF-8, line feeds, commas, decimal points and ISO dates; always the same bytes."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from wieder.errors import OutputError
from wieder.sample_shop import guide
from wieder.sample_shop.simulation import simulate
from wieder.sample_shop.tables import TABLES, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from wieder.sample_shop.simulation import Sample
    from wieder.sample_shop.tables import Table


def write_sample(folder: Path) -> tuple[Path, ...]:
    """Write the nine exports and their README into `folder`, and return their paths.

    A missing folder is created; files with these names are replaced, others are left
    alone. Raises OutputError if the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(_write(folder, _texts(simulate())))
    except OSError as error:
        message = f"{folder}: the sample cannot be written ({error})"
        raise OutputError(message, "choose a writable folder, such as ./sample") from error


def _texts(sample: Sample) -> dict[str, str]:
    tables = {table.file: csv_text(table, sample) for table in TABLES}
    n_rows = {name: text.count("\n") - 1 for name, text in tables.items()}
    return {**tables, "README.md": guide.text(n_rows)}


def _write(folder: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
        yield folder / name


def csv_text(table: Table, sample: Sample) -> str:
    """The content of one file. No cell contains a line break, so each line is a row."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([as_text(value) for value in row] for row in table.rows(sample))
    return text.getvalue()
