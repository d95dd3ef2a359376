from __future__ import annotations

import pytest

from wieder.delivery import targets
from wieder.delivery.targets import FOR_REPORTS, Format, choose_target
from wieder.errors import UsageError


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "stdout_is_terminal", lambda: True)


@pytest.fixture
def in_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "stdout_is_terminal", lambda: False)


@pytest.mark.usefixtures("on_terminal")
def test_a_person_gets_a_table() -> None:
    assert choose_target(None, None).format is Format.TABLE
    assert choose_target("-", None).on_terminal


@pytest.mark.usefixtures("in_pipe")
def test_a_program_gets_csv() -> None:
    assert choose_target(None, None).format is Format.CSV


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", Format.CSV),
        ("b/A.TSV", Format.TSV),
        ("c.json", Format.JSON),
        ("c.jsonl", Format.NDJSON),
        ("c.parquet", Format.PARQUET),
        ("c.md", Format.MARKDOWN),
        ("c.htm", Format.HTML),
        ("c.xlsx", Format.XLSX),
        ("c.txt", Format.TABLE),
    ],
)
def test_the_ending_names_the_format(name: str, expected: Format) -> None:
    assert choose_target(name, None).format is expected


def test_the_option_beats_the_ending() -> None:
    assert choose_target("result.csv", Format.JSON).format is Format.JSON


def test_an_unknown_ending_is_never_guessed() -> None:
    with pytest.raises(UsageError, match="no format is known for this file name ending") as refusal:
        choose_target("result.dat", None)
    assert refusal.value.remedy == "add --format table|csv|tsv|json|ndjson|parquet|markdown|html|xlsx"


@pytest.mark.usefixtures("on_terminal")
def test_parquet_is_not_for_a_terminal() -> None:
    with pytest.raises(UsageError, match="Parquet cannot be shown on a terminal"):
        choose_target(None, Format.PARQUET)
    assert choose_target("result.parquet", Format.PARQUET).format is Format.PARQUET


@pytest.mark.usefixtures("in_pipe")
def test_parquet_goes_into_a_pipe() -> None:
    assert choose_target(None, Format.PARQUET).format is Format.PARQUET


@pytest.mark.usefixtures("on_terminal")
@pytest.mark.parametrize("form", [Format.XLSX, Format.PDF])
def test_binary_formats_are_not_for_a_terminal(form: Format) -> None:
    with pytest.raises(UsageError, match="cannot be shown on a terminal"):
        choose_target(None, form, FOR_REPORTS)


@pytest.mark.usefixtures("in_pipe")
def test_each_result_has_its_own_forms() -> None:
    with pytest.raises(UsageError, match="cannot be written as pdf") as refusal:
        choose_target("kpis.pdf", None)
    assert refusal.value.remedy == "choose --format table|csv|tsv|json|ndjson|parquet|markdown|html|xlsx"
    with pytest.raises(UsageError, match="cannot be written as csv"):
        choose_target("report.csv", None, FOR_REPORTS)
    assert choose_target("report.pdf", None, FOR_REPORTS).format is Format.PDF
