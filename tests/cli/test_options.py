from __future__ import annotations

import inspect

import pytest

from wieder.cli.options import (
    SETTINGS,
    OutputOptions,
    QuestionOptions,
    ReportOptions,
    SourceOptions,
    typed_settings,
    with_options,
)
from wieder.config import load_settings
from wieder.errors import UsageError


def test_only_what_was_typed_is_a_setting() -> None:
    assert typed_settings(SourceOptions(), QuestionOptions(), OutputOptions()) == {}
    assert typed_settings(SourceOptions(decimal="comma"), QuestionOptions(window="90", by="channel")) == {
        ("input", "decimal"): "comma",
        ("retention", "window_days"): 90,
    }


def test_columns_are_mapped_one_by_one() -> None:
    typed = typed_settings(SourceOptions(mapping=["amount=Gesamt = brutto", "customers.land=Land"]))
    assert typed == {("columns", "amount"): "Gesamt = brutto", ("columns", "customers.land"): "Land"}


def test_a_window_is_a_number_of_days_or_left_to_the_data() -> None:
    assert typed_settings(QuestionOptions(window="auto")) == {("retention", "window_days"): "auto"}
    for text in ("0", "-5", "1.5", "ninety", "²", ""):
        with pytest.raises(UsageError, match="no number of days"):
            typed_settings(QuestionOptions(window=text))


@pytest.mark.parametrize("text", ["amount", "=Gesamt", "amount="])
def test_half_a_mapping_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no column"):
        typed_settings(SourceOptions(mapping=[text]))


def test_every_option_that_is_a_setting_sets_one_that_exists() -> None:
    values = {"window": 90, "decimal": "comma", "dates": "dmy", "occasion": "day", "lang": "de"} | {
        "drift": ["date-range"],
        "encoding": "cp1252",
        "scheme": "abc",
        "lookback": 90,
    }
    for option, path in SETTINGS.items():
        settings = load_settings(None, {}, {path: values.get(option, "text")})
        assert settings != load_settings(None, {}, {})


def test_a_command_gets_its_options_packed_in_their_groups() -> None:
    received: dict[str, object] = {}

    def command(name: str, *, source: SourceOptions, output: OutputOptions) -> None:
        """Do something."""
        received.update(name=name, source=source, output=output)

    spread = with_options(command)
    expected = ["name", "db", "config", "mapping", "decimal", "dates", "encoding", "sheet"]
    expected += ["time_zone", "currency", "rates", "drift", "where", "format", "output", "lang"]
    assert list(inspect.signature(spread).parameters) == expected
    spread(**dict.fromkeys(expected) | {"name": "x", "db": "shop.duckdb", "lang": "de"})
    assert received == {
        "name": "x",
        "source": SourceOptions(db="shop.duckdb"),
        "output": OutputOptions(lang="de"),
    }


def test_the_groups_name_no_option_twice() -> None:
    groups = (SourceOptions, QuestionOptions, OutputOptions, ReportOptions)
    names = [name for group in groups for name in inspect.signature(group).parameters]
    assert len(names) == len(set(names))
