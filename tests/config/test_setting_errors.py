"""Wrong settings are refused in words: file, line, setting, value, need, and a line to paste."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, get_args, get_origin

import pytest

from wieder.config.faults import members
from wieder.config.names import all_settings, is_struct
from wieder.config.notation import written
from wieder.config.reading import load, load_settings
from wieder.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.config.names import Setting

JARGON = re.compile(r"\$|Object|Expected|enum|`(?:str|int|float|bool|array|object)|unknown field|msgspec")
MOST = 160
"""Characters of a message, and of a remedy."""


def refused(folder: Path, text: str) -> tuple[str, str]:
    """Message and remedy for a settings file."""
    file = folder / "wieder.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings(file, {}, {})
    message, remedy = caught.value.message, caught.value.remedy
    assert not JARGON.search(message + remedy)
    return message.removeprefix(f"{folder}/"), remedy


CASES = (
    ('[reprot]\nlang = "de"', "wieder.toml line 1: there is no table [reprot]", "did you mean [report]?"),
    (
        '[report]\nlanguage = "de"',
        "wieder.toml line 2: there is no setting report.language",
        'did you mean lang = "de"?',
    ),
    ('lang = "de"', "wieder.toml line 1: there is no setting lang", 'write it under [report]: lang = "de"'),
    (
        '[orders]\ncancled = ["void"]',
        "wieder.toml line 2: there is no setting orders.cancled",
        'did you mean cancelled = ["void"]?',
    ),
    (
        '[orders]\ncurrency = "EUR"',
        "wieder.toml line 2: there is no setting orders.currency",
        "did you mean input.currency or report.currency?",
    ),
    (
        '[orders]\ndb = "x"',
        "wieder.toml line 2: there is no setting orders.db",
        'write it above the first [table]: db = "x"',
    ),
    (
        "[alerts]\nbelow = 5",
        "wieder.toml line 2: there is no setting alerts.below",
        "write it under [alerts.KPI]: below = 5",
    ),
    (
        "[xyz]\na = 1",
        "wieder.toml line 1: there is no table [xyz]",
        "`wieder config` lists the settings",
    ),
    (
        "[report]\nxyzabc = 1",
        "wieder.toml line 2: there is no setting report.xyzabc",
        "`wieder config report` lists the settings of [report]",
    ),
    (
        '[report]\ncolours = { nwe = "#123456" }',
        "wieder.toml line 2: there is no setting report.colours.nwe",
        'did you mean new = "#123456"?',
    ),
    (
        '[retention]\nwindow_days = "180"',
        """wieder.toml line 2: retention.window_days is '180', a text; a whole number of days or "auto" \
is needed""",
        "write it without quotes: window_days = 180",
    ),
    (
        "[retention]\nwindow_days = 0",
        """wieder.toml line 2: retention.window_days is 0; a whole number of days (1 or more) or "auto" \
is needed""",
        "write window_days = 180",
    ),
    (
        '[report]\n\nlang = "DE"  # German',
        'wieder.toml line 3: report.lang is \'DE\'; "en", "de", "de-AT" or "de-CH" is needed',
        'write lang = "de"',
    ),
    (
        "[forecast]\nmargin = 40",
        "wieder.toml line 2: forecast.margin is 40; a number (above 0, at most 1) is needed",
        "write a share: margin = 0.4",
    ),
    (
        '[forecast]\nmargin = "0,4"',
        "wieder.toml line 2: forecast.margin is '0,4', a text; a number is needed",
        "write it without quotes: margin = 0.4",
    ),
    (
        "[mail]\nport = 70000",
        "wieder.toml line 2: mail.port is 70000; a whole number (1 to 65535) is needed",
        "write port = 65535",
    ),
    (
        '[mail]\nattach = ["html", "pfd"]',
        'wieder.toml line 2: mail.attach contains \'pfd\'; "html", "xlsx", "pdf" or "csv" is needed',
        'did you mean "pdf"?',
    ),
    (
        '[orders]\ncancelled = "weg, storniert"',
        "wieder.toml line 2: orders.cancelled is 'weg, storniert', a text; a list of texts is needed",
        'write a list: cancelled = ["weg", "storniert"]',
    ),
    (
        '[orders]\nwhere = ["amount > 0"]',
        "wieder.toml line 2: orders.where is a list; a text is needed",
        'write one value: where = "amount > 0"',
    ),
    (
        '[orders]\ncount_unpaid = "nein"',
        "wieder.toml line 2: orders.count_unpaid is 'nein', a text; true or false is needed",
        "write it without quotes: count_unpaid = false",
    ),
    (
        "[report]\ntitle = 2024",
        "wieder.toml line 2: report.title is 2024, a number; a text is needed",
        'write it in quotes: title = "2024"',
    ),
    (
        "[columns.spend]\namount = 5",
        "wieder.toml line 2: columns.spend.amount is 5, a number; a text is needed",
        'write it in quotes: amount = "5"',
    ),
    (
        '[segments.rules]\n"Top customers" = 5',
        'wieder.toml line 2: segments.rules."Top customers" is 5, a number; a text is needed',
        'write it in quotes: "Top customers" = "5"',
    ),
    (
        'report = "x"',
        "wieder.toml line 1: report is 'x', a text; a table is needed",
        "write the heading [report], and its settings below it",
    ),
    (
        "[alerts]\nrevenue = 5",
        "wieder.toml line 2: alerts.revenue is 5, a number; a table is needed",
        "write the heading [alerts.revenue], and its settings below it",
    ),
    (
        "[report.lang]\nx = 1",
        'wieder.toml line 1: report.lang is a table; "en", "de", "de-AT" or "de-CH" is needed',
        'write lang = "en"',
    ),
)


@pytest.mark.parametrize(("text", "message", "remedy"), CASES)
def test_a_wrong_setting_is_named_with_what_to_write(
    tmp_path: Path, text: str, message: str, remedy: str
) -> None:
    assert refused(tmp_path, text) == (message, remedy)
    assert max(len(message), len(remedy)) <= MOST


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("lang = de", 'write a text in quotes: lang = "de"'),
        ("margin = 0,4", "write a decimal point: margin = 0.4"),
        (r'db = "C:\shop\x.duckdb"', r"write a path in single quotes: db = 'C:\shop\x.duckdb'"),
        ("lang", "texts need quotes, names of tables [brackets]"),
    ],
)
def test_a_line_that_is_not_toml_is_shown_as_it_should_be(tmp_path: Path, line: str, remedy: str) -> None:
    message, found = refused(tmp_path, f"[x]\n{line}\n")
    assert message == f"wieder.toml line 2 is not valid TOML: {line}"
    assert found == remedy


def test_a_table_or_setting_that_is_there_twice_is_named(tmp_path: Path) -> None:
    message, _ = refused(tmp_path, '[report]\nlang = "de"\n[report]\n')
    assert message == "wieder.toml line 3 repeats a name: [report]"
    message, _ = refused(tmp_path, 'db = "x"\ndb = "y"\n')
    assert message == 'wieder.toml line 2 repeats a name: db = "y"'


def test_a_password_is_never_repeated(tmp_path: Path) -> None:
    message, remedy = refused(tmp_path, '[mail]\npassword = "geheim"')
    assert (message, remedy) == (
        "wieder.toml line 2: there is no setting mail.password",
        "did you mean password_file?",
    )


def test_a_variable_or_an_option_is_named_instead_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text('[report]\nlang = "en"\n')
    with pytest.raises(UsageError) as caught:
        load_settings(tmp_path / "wieder.toml", {"WIEDER_LANG": "DE"}, {})
    assert caught.value.message == 'WIEDER_LANG is \'DE\'; "en", "de", "de-AT" or "de-CH" is needed'
    assert caught.value.remedy == "write WIEDER_LANG=de"
    with pytest.raises(UsageError) as caught:
        load(None, {}, {("retention", "window_days"): 0}, lambda _: "--window")
    assert caught.value.message.startswith("--window is 0; a whole number of days (1 or more)")
    assert caught.value.remedy == "write --window 180"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read") as caught:
        load_settings(tmp_path / "missing.toml", {}, {})
    assert "--config" in caught.value.remedy
    (tmp_path / "wieder.toml").write_bytes('title = "Zürich"'.encode("cp1252"))
    with pytest.raises(UsageError, match="is not UTF-8 text"):
        load_settings(tmp_path / "wieder.toml", {}, {})


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text('db = "x"', "utf-8-sig")
    assert load_settings(tmp_path / "wieder.toml", {}, {}).db == "x"


def chosen(setting: Setting) -> tuple[str, ...]:
    """The path of a setting, with a KPI for the placeholder."""
    return tuple("revenue" if part == "KPI" else part for part in setting.path)


def wrong(setting: Setting) -> object:
    """A value of another type: a list where the setting is not one, else a number."""
    kinds = members(setting.kind)
    has_items = any(get_origin(kind) in {tuple, dict} or is_struct(kind) for kind in kinds)
    return 3 if has_items else [[]]


@pytest.mark.parametrize("setting", all_settings(), ids=lambda setting: setting.name)
def test_every_setting_refuses_another_type_and_unknown_neighbours(tmp_path: Path, setting: Setting) -> None:
    *table, name = chosen(setting)
    heading = f"[{'.'.join(table)}]\n" if table else ""
    message, remedy = refused(tmp_path, f"{heading}{name} = {written(wrong(setting))}\n")
    assert f": {'.'.join((*table, name))} is " in message
    assert message.endswith(" is needed")
    assert max(len(message), len(remedy)) <= MOST
    assert " = " in remedy or remedy.startswith("write the heading [")
    message, remedy = refused(tmp_path, f"{heading}{name}x = 1\n")
    assert f"there is no setting {'.'.join((*table, f'{name}x'))}" in message
    assert name in remedy


@pytest.mark.parametrize("setting", all_settings(), ids=lambda setting: setting.name)
def test_a_proposed_line_is_accepted(tmp_path: Path, setting: Setting) -> None:
    *table, name = chosen(setting)
    heading = f"[{'.'.join(table)}]\n" if table else ""
    if get_origin(setting.kind) is dict:
        assert get_args(setting.kind)
        return
    _, remedy = refused(tmp_path, f"{heading}{name} = {written(wrong(setting))}\n")
    line = remedy[remedy.rindex(f"{name} =") :]
    file = tmp_path / "wieder.toml"
    file.write_text(f"{heading}{line}\n")
    assert tomllib.loads(file.read_text())
    load_settings(file, {}, {})
