"""Laws that apply to every export in the registry."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loading import load

from declared_rows import UNREADABLE, columns_of, row, text_of
from wieder.config import Settings
from wieder.database import connect
from wieder.exports import EXPORTS
from wieder.exports.base import ColumnType, staged_name
from wieder.ingest.inspection import inspect_exports
from wieder.ingest.layout import Header
from wieder.ingest.mapping import resolve
from wieder.notices import discard

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.errors import AmbiguousError, SettingChoice
    from wieder.exports.base import Column, Export

every_export = pytest.mark.parametrize("export", EXPORTS.values(), ids=lambda export: export.name)
every_column = pytest.mark.parametrize(
    ("export", "column"),
    [
        pytest.param(export, column, id=f"{export.name}.{column.name}")
        for export in EXPORTS.values()
        for column in columns_of(export)
    ],
)
every_cell = pytest.mark.parametrize(
    ("export", "column"),
    [
        pytest.param(export, column, id=f"{export.name}.{column.name}")
        for export in EXPORTS.values()
        for column in columns_of(export)
        if column.type is not ColumnType.CODE  # a second currency is refused, not rejected
    ],
)
MAY_SHARE = {"customer_id", "email"}
"""An e-mail address may also be the key of a customer."""


def written(tmp_path: Path, rows: list[dict[str, str]], name: str = "rows.csv") -> Path:
    path = tmp_path / name
    path.write_text(text_of(rows), "utf-8")
    return path


def staged(loaded: Any, export: Export) -> int:
    [(found,)] = loaded.rows(f"select count(*) from staged_{export.name}")
    return int(found)


@every_export
def test_a_file_with_all_columns_is_recognised_by_their_names(tmp_path: Path, export: Export) -> None:
    loaded = load(written(tmp_path, [row(export, number) for number in range(1, 6)]))
    assert loaded.rows("select table_name, rows_kept from staged_files") == [(export.name, 5)]
    assert staged(loaded, export) == 5
    assert set(loaded.rows("select unnest(map_keys(names)) from staged_layouts")) == {
        (column.name,) for column in columns_of(export)
    }


@every_export
def test_a_file_with_only_the_required_columns_is_recognised(tmp_path: Path, export: Export) -> None:
    needed = [*export.needed, *([export.amount] if export.amount else [])]
    rows = [{name: cells[name] for name in needed} for cells in (row(export, n) for n in (1, 2))]
    assert load(written(tmp_path, rows)).rows("select table_name from staged_files") == [(export.name,)]


@every_export
def test_init_describes_a_file_of_every_export(tmp_path: Path, export: Export) -> None:
    path = written(tmp_path, [row(export, number, note="x") for number in (1, 2, 3)])
    [found], answers = inspect_exports(connect(), [str(path)], Settings(), None, discard, no_answer)
    assert (found.table, found.rows, found.further, answers) == (export.name, 3, ("note",), [])
    assert set(found.names) == {column.name for column in columns_of(export)}
    assert {staged_name(name) for name in found.names} | {"note"} == set(found.sample.columns)


def no_answer(question: AmbiguousError) -> SettingChoice:
    raise question


@every_export
def test_a_synonym_means_one_column_of_its_export(export: Export) -> None:
    meant = Counter(name for column in export.columns for name in {column.name, *column.synonyms})
    shared = {name for name, number in meant.items() if number > 1}
    for name in shared:
        assert {column.name for column in export.columns if name in column.synonyms} <= MAY_SHARE


@every_column
def test_every_synonym_is_recognised(export: Export, column: Column) -> None:
    for name in column.synonyms:
        found = resolve(export, Header(names=(name,), types=("VARCHAR",)), {})
        assert column.name in found.positions or set(found.positions) <= MAY_SHARE, name


@every_cell
def test_an_unreadable_cell_is_rejected_by_the_name_of_its_column(
    tmp_path: Path, export: Export, column: Column
) -> None:
    rows = [row(export, number) for number in range(1, 8)]
    rows.insert(3, row(export, 9, **{column.name: UNREADABLE}))
    loaded = load(written(tmp_path, rows))
    slug = f"{column.name.replace('_', '-')}-unreadable"
    can_be_read = not (column.type.is_number or column.type.is_date)
    assert loaded.rejects() == ([] if can_be_read else [(5, slug)])
    assert staged(loaded, export) == (8 if can_be_read else 7)


@every_cell
def test_an_empty_cell_is_rejected_only_where_a_value_is_required(
    tmp_path: Path, export: Export, column: Column
) -> None:
    rows = [row(export, number, note="x") for number in range(1, 8)]
    rows.insert(3, row(export, 9, **{column.name: "", "note": "x"}))
    loaded = load(written(tmp_path, rows))
    is_needed = column.is_filled or column.name == export.amount
    expected = [(5, f"{column.name.replace('_', '-')}-empty")] if is_needed else []
    assert loaded.rejects() == expected


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@every_export
@given(kinds=st.lists(st.sampled_from(["good", "bad", "short", "blank"]), min_size=1, max_size=30))
def test_every_row_is_kept_or_rejected(tmp_path: Path, export: Export, kinds: list[str]) -> None:
    filled = next(iter(export.filled))
    lines = text_of([row(export, 100)]).splitlines()
    for number, kind in enumerate(kinds, 1):
        cells = row(export, number, **({filled: ""} if kind == "bad" else {}))
        line = text_of([cells]).splitlines()[1]
        lines.append({"short": ",".join(line.split(",")[:-1]) or ",", "blank": ""}.get(kind, line))
    path = tmp_path / "rows.csv"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    loaded, counted = load(path), Counter(kinds)
    read, rejected, left_out, kept = loaded.account()
    assert (read, left_out) == (rejected + kept, 0)
    assert kept == counted["good"] + 1
    assert rejected == len(loaded.rejects())
