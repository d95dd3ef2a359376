from __future__ import annotations

import inspect
from enum import Enum
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import pytest

from outcomes import fails
from wieder.asking.options import declared_options
from wieder.asking.question import Selector
from wieder.cli.options import (
    HistoryOptions,
    MailOptions,
    OutputOptions,
    ReportOptions,
    RunOptions,
    SelectionOptions,
    SourceOptions,
    typed_settings,
)
from wieder.cli.parameters import with_options
from wieder.config.reading import load_settings
from wieder.errors import UsageError
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder
    from wieder.asking.question import Question


def test_only_typed_options_are_settings() -> None:
    assert typed_settings(SourceOptions(), SelectionOptions(), OutputOptions()) == {}
    assert typed_settings(SourceOptions(decimal="comma"), SelectionOptions(window="90", by="channel")) == {
        ("input", "decimal"): "comma",
        ("retention", "window_days"): 90,
    }


def test_columns_of_an_export_may_have_a_table_of_their_own(tmp_path: Path) -> None:
    config = tmp_path / "wieder.toml"
    config.write_text('[columns]\namount = "Summe"\n[columns.customers]\ncustomer_id = "Nr"\n')
    typed: dict[tuple[str, ...], object] = {("columns", "customers.customer_id"): "Kunde"}
    assert load_settings(config, {}, {}).columns == {"amount": "Summe", "customers.customer_id": "Nr"}
    assert load_settings(config, {}, typed).columns["customers.customer_id"] == "Kunde"


def test_columns_are_mapped_one_by_one() -> None:
    typed = typed_settings(SourceOptions(mapping=["amount=Gesamt = brutto", "customers.land=Land"]))
    assert typed == {("columns", "amount"): "Gesamt = brutto", ("columns", "customers.land"): "Land"}


def test_a_window_is_a_number_of_days_or_left_to_the_data() -> None:
    assert typed_settings(SelectionOptions(window="auto")) == {("retention", "window_days"): "auto"}
    for text in ("0", "-5", "1.5", "ninety", "²", ""):
        with pytest.raises(UsageError, match="not a number of days"):
            typed_settings(SelectionOptions(window=text))


@pytest.mark.parametrize("text", ["amount", "=Gesamt", "amount="])
def test_half_a_mapping_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no column"):
        typed_settings(SourceOptions(mapping=[text]))


GROUPS = (
    SourceOptions,
    SelectionOptions,
    OutputOptions,
    ReportOptions,
    RunOptions,
    MailOptions,
    HistoryOptions,
)


def another(hint: Any) -> Any:
    """A value of an option that is not the usual one."""
    hint = next((one for one in get_args(hint) if one is not NoneType), hint)
    if get_origin(hint) is list:
        return ["date-range"]
    if choices := get_args(hint) or (list(hint) if issubclass(hint, Enum) else ()):
        return choices[-1]
    return {int: 90, float: 0.25, bool: True, str: "90"}[hint]


@pytest.mark.parametrize("group", [*GROUPS, *(question.options for question in QUESTIONS.values())])
def test_every_option_that_is_a_setting_sets_one_that_exists(group: type) -> None:
    hints = get_type_hints(group)
    for field, declared in declared_options(group):
        if declared.setting:
            typed = typed_settings(group(**{field.name: another(hints[field.name])}))
            assert [*typed] == [declared.setting]
            assert load_settings(None, {}, typed) != load_settings(None, {}, {}), declared.flags


VALUES: dict[Selector, tuple[str, ...]] = {
    Selector.BY: ("channel",),
    Selector.TOP: ("3",),
    Selector.PERIOD: ("week",),
    Selector.AS_OF: ("2024-03-01",),
    Selector.FROM: ("2024",),
    Selector.TO: ("2024",),
    Selector.WINDOW: ("90",),
    Selector.OCCASION: ("day",),
    Selector.INCOMPLETE: (),
}
FLAGS = {Selector(field.name): declared.flags[0] for field, declared in declared_options(SelectionOptions)}


def asks_something(question: Question[Any], selector: Selector) -> bool:
    """Whether the option changes the answer, or asks another question in place of this one."""
    return selector in question.selectors or selector in {one.selector for one in question.instead}


@pytest.mark.parametrize(
    ("question", "selector"),
    [
        (question, selector)
        for question in QUESTIONS.values()
        for selector in Selector
        if not asks_something(question, selector)
    ],
    ids=lambda one: getattr(one, "id", str(one)),
)
def test_an_option_that_would_change_nothing_is_refused(
    wieder: Wieder, question: Question[Any], selector: Selector
) -> None:
    outcome = wieder(question.id, "orders.csv", FLAGS[selector], *VALUES[selector])
    assert f"{FLAGS[selector]} has no effect on this table" in fails(outcome, 2)


@pytest.mark.parametrize("flag", ["--window 90", "--occasion day", "--by channel"])
def test_an_option_that_would_change_no_account_is_refused(wieder: Wieder, flag: str) -> None:
    assert flag.split(maxsplit=1)[0] in fails(wieder("check", "orders.csv", *flag.split()), 2)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_the_help_shows_just_the_options_that_change_something(
    wieder: Wieder, question: Question[Any]
) -> None:
    words = set(wieder(question.id, "--help").out.decode().split())
    own = {declared.flags[0] for _, declared in declared_options(question.options)}
    assert {selector for selector in Selector if FLAGS[selector] in words - own} == question.selectors
    assert own <= words


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_a_question_names_no_option_that_all_have(question: Question[Any]) -> None:
    shared = {field.name for group in GROUPS[:3] for field, _ in declared_options(group)}
    assert shared.isdisjoint(field.name for field, _ in declared_options(question.options))


def test_a_command_gets_its_options_packed_in_their_groups() -> None:
    received: dict[str, object] = {}

    def command(name: str, *, source: SourceOptions, output: OutputOptions) -> None:
        """Do something."""
        received.update(name=name, source=source, output=output)

    spread = with_options(command)
    expected = ["name", "db", "config", "mapping", "decimal", "dates", "encoding", "sheet"]
    expected += ["time_zone", "currency", "rates", "drift", "where", "quiet", "verbose"]
    expected += ["notices", "format", "output", "lang"]
    assert list(inspect.signature(spread).parameters) == expected
    spread(**dict.fromkeys(expected) | {"name": "x", "db": "shop.duckdb", "lang": "de"})
    assert received == {
        "name": "x",
        "source": SourceOptions(db="shop.duckdb"),
        "output": OutputOptions(lang="de"),
    }


def test_the_groups_name_no_option_twice() -> None:
    groups = (SourceOptions, SelectionOptions, OutputOptions, ReportOptions)
    names = [name for group in groups for name in inspect.signature(group).parameters]
    assert len(names) == len(set(names))
