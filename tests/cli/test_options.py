from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from outcomes import fails
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

if TYPE_CHECKING:
    from outcomes import Wieder


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
        "horizon": 90,
        "discount_rate": 0.2,
        "margin": 0.5,
        "wait": 5.0,
    }
    for option, path in SETTINGS.items():
        settings = load_settings(None, {}, {path: values.get(option, "text")})
        assert settings != load_settings(None, {}, {})


UNUSED = {
    "check": ("--window", "--occasion", "--by"),
    "cohorts": ("--window", "--occasion"),
    "concentration": ("--window", "--occasion"),
    "flow": ("--occasion",),
    "flow --revenue": ("--window", "--occasion"),
    "gaps": ("--window", "--incomplete", "--period"),
    "sequence": ("--window", "--incomplete", "--period"),
    "segments": ("--window",),
    "moves": ("--window", "--occasion"),
    "customers": ("--window",),
}
VALUES = {"--window": ["90"], "--occasion": ["day"], "--by": ["channel"], "--period": ["month"]}


@pytest.mark.parametrize(
    ("command", "option"), [(key, one) for key, unused in UNUSED.items() for one in unused]
)
def test_an_option_that_would_change_nothing_is_refused(wieder: Wieder, command: str, option: str) -> None:
    outcome = wieder(*command.split(), "orders.csv", option, *VALUES.get(option, []))
    assert option in fails(outcome, 2)


@pytest.mark.parametrize(
    "asked",
    ["cohorts --mode rolling --window 90", "cohorts --mode cumulative --occasion day", "gaps --occasion day"],
)
def test_an_option_that_changes_something_is_not(wieder: Wieder, asked: str) -> None:
    assert wieder(*asked.split(), "orders.csv").code == 0


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
