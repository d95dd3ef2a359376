from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from loading import HEADER, export, load

from wieder.errors import DataError, UsageError
from wieder.ingest.sources import find_sources

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notice

ROW = "1,A,2024-01-01,10.00"


def test_a_folder_gives_its_exports_by_name_with_a_notice_about_the_rest(tmp_path: Path) -> None:
    for name in ("b.csv", "a.CSV", "c.tsv", "notes.md", ".hidden.csv"):
        (tmp_path / name).write_text("x")
    notices: list[Notice] = []
    found = find_sources([str(tmp_path)], None, tmp_path, notices.append)
    assert [source.path.name for source in found] == ["a.CSV", "b.csv", "c.tsv"]
    assert [(notice.slug, "notes.md" in notice.message) for notice in notices] == [("not-an-export", True)]


def test_a_folder_without_exports_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(DataError, match="the folder contains no export"):
        find_sources([str(tmp_path)], None, tmp_path, lambda _: None)


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", ROW)
    loaded = load(path, tmp_path)
    assert loaded.orders() == ["1"]
    assert loaded.slugs == ["same-file-twice"]


def test_a_copy_of_a_file_is_read_once(tmp_path: Path) -> None:
    loaded = load(export(tmp_path / "a.csv", ROW), export(tmp_path / "b.csv", ROW))
    assert loaded.orders() == ["1"]
    assert loaded.slugs == ["same-content"]


def test_a_file_that_was_loaded_before_is_skipped(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", ROW)
    [(sha256,)] = load(path).rows("select sha256 from staged_files")
    again = load(path, known_files=frozenset({sha256}))
    assert (again.orders(), again.account(), again.slugs) == ([], (0, 0, 0, 0), ["already-loaded"])


def test_standard_input_is_read_even_if_it_is_named_twice() -> None:
    loaded = load("-", "-", stdin=io.BytesIO(f"{HEADER}\n{ROW}\n".encode()))
    assert loaded.orders() == ["1"]
    assert loaded.rows("select file from staged_files") == [("-",)]


def test_standard_input_must_be_there() -> None:
    with pytest.raises(UsageError, match="nothing is piped in"):
        load("-")


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("missing.csv", DataError, "there is no such file"),
        ("*.csv", DataError, "there is no such file"),
        ("https://shop.example/orders.csv", UsageError, "only files on this computer"),
        ("s3://bucket/orders.csv", UsageError, "only files on this computer"),
        ("/dev/null", DataError, "not a regular file"),
    ],
)
def test_a_source_that_is_not_a_file_is_refused(name: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        load(name)


@pytest.mark.parametrize("name", ["orders[1].csv", "a*b.csv", "x=99", "ümläut 'quote'.csv", "orders.data"])
def test_a_file_may_be_called_anything(tmp_path: Path, name: str) -> None:
    export(tmp_path / "a_b.csv", "2,B,2024-01-01,20.00")
    assert load(export(tmp_path / name, ROW)).orders() == ["1"]
