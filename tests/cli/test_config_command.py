"""`wieder config` shows values with their sources, and every command refuses names that do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails
from wieder.cli.settings import REFERENCES, option_of
from wieder.config.names import all_settings, setting_names

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder

SETTINGS = """\
db = "shop.duckdb"
[report]
lang = "en"
comments = { tiles = "offline" }
[columns.spend]
amount = "Kosten"
[alerts.revenue]
below = 5
"""


def test_each_value_has_its_source(wieder: Wieder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wieder.toml").write_text(SETTINGS)
    monkeypatch.setenv("WIEDER_CURRENCY", "CHF")
    outcome = wieder("config", "--set", "--map", "amount=Summe", "--decimal", "comma")
    assert outcome.code == 0
    assert [(row["setting"], row["value"], row["source"]) for row in outcome.rows()] == [
        ("db", '"shop.duckdb"', "wieder.toml line 1"),
        ("columns.spend.amount", '"Kosten"', "wieder.toml line 6"),
        ("columns.amount", '"Summe"', "--map"),
        ("input.decimal", '"comma"', "--decimal"),
        ("report.lang", '"en"', "wieder.toml line 3"),
        ("report.currency", '"CHF"', "WIEDER_CURRENCY"),
        ("report.comments.tiles", '"offline"', "wieder.toml line 4"),
        ("alerts.revenue.below", "5.0", "wieder.toml line 8"),
    ]


def test_without_a_file_every_setting_is_at_its_default(wieder: Wieder) -> None:
    rows = wieder("config").rows()
    assert [row["setting"] for row in rows] == [name for name, _ in setting_names()]
    assert all(row["value"] == row["default"] and row["source"] == "default" for row in rows)
    assert all(row["meaning"] and row["accepts"] for row in rows)
    assert wieder("config", "--set").rows() == []


def test_one_setting_is_explained(wieder: Wieder) -> None:
    assert wieder("config", "report.lang", "--format", "table").out.decode().splitlines()[2:] == [
        'value     "en"',
        "source    default",
        'default   "en"',
        'accepts   "en", "de", "de-AT" or "de-CH"',
        "option    --lang",
        "variable  WIEDER_LANG",
        "meaning   Language and number format of tables and reports; machine formats are not translated.",
    ]


def test_a_table_is_listed_by_its_name(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text(SETTINGS)
    names = [row["setting"] for row in wieder("config", "retention").rows()]
    assert names == ["retention.window_days", "retention.maximum_lifetime_years"]
    assert len(wieder("config", "alerts").rows()) == 7
    [row] = wieder("config", "alerts.churn_rate.band").rows()
    assert (row["value"], row["source"]) == ("false", "default")


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("reprot", "did you mean report"),
        ("report.lnag", "did you mean report.lang"),
        ("currency", "did you mean input.currency or report.currency?"),
        ("alerts.revnue.below", "did you mean revenue"),
    ],
)
def test_an_unknown_name_is_refused(wieder: Wieder, name: str, remedy: str) -> None:
    assert remedy in fails(wieder("config", name), 2)


UNKNOWN = (
    ("[alerts.revnue]\nbelow = 1", "line 1: alerts.revnue: there is no KPI 'revnue'", "revenue"),
    ("[alerts.Wiederkaufrate]\nbelow = 1", "there is no KPI", "did you mean repeat_purchase_rate?"),
    ('[alerts."repeat purchase rate"]\nbelow = 1', "there is no KPI", "did you mean repeat_purchase_rate?"),
    ('[report]\nsections = ["tile"]', "line 2: report.sections: there is no section 'tile'", "tiles"),
    ('[report.comments]\nchrun = "x"', "line 2: report.comments.chrun: there is no section", "churn"),
    ('[check]\nskip = ["gap"]', "line 2: check.skip: there is no rule 'gap'", "gaps"),
    (
        '[input]\naccept_drift = ["date_range"]',
        "input.accept_drift: there is no difference",
        "date-range",
    ),
    ('[columns]\namuont = "x"', "line 2: columns.amuont: there is no column 'amuont'", "amount"),
    ('[columns.ordres]\namount = "x"', "there is no column 'ordres.amount'", "orders.amount"),
    ('[formats.x]\ntable = "orders"\nrwo = "line"', "line 3: there is no setting formats.x.rwo", "row"),
    ('[formats.x]\ntable = "orders"\nrow = 1', "line 3: formats.x.row is 1, a number", 'row = "order"'),
    ('[formats.x]\ntable = "ordres"', "line 1: [formats.x]: there is no export", "wieder formats"),
)


@pytest.mark.parametrize(("settings", "message", "remedy"), UNKNOWN)
def test_unknown_names_in_settings_are_refused_by_every_command(
    wieder: Wieder, tmp_path: Path, settings: str, message: str, remedy: str
) -> None:
    (tmp_path / "wieder.toml").write_text(settings)
    for command in (("kpis", "missing.csv"), ("load", "missing.csv"), ("formats",), ("config",), ("loads",)):
        error = fails(wieder(*command), 2)
        assert message in error
        assert remedy in error
        assert max(map(len, error.splitlines())) <= 180


def test_an_unknown_name_in_an_option_is_refused_by_the_option(wieder: Wieder) -> None:
    error = fails(wieder("kpis", "orders.csv", "--map", "amuont=Summe"), 2)
    assert "--map: there is no column 'amuont'" in error
    assert "did you mean amount" in error


def test_references_are_settings() -> None:
    paths = {setting.path[: len(one.setting)] for setting in all_settings() for one in REFERENCES}
    assert {one.setting for one in REFERENCES} <= paths
    assert all(one.spellings() for one in REFERENCES)


def test_options_of_settings_are_found_where_they_are_declared() -> None:
    assert option_of(("report", "lang")) == "--lang"
    assert option_of(("columns", "spend.amount")) == "--map"
    assert option_of(("segments", "scheme")) == "--scheme"
    assert option_of(("mail", "host")) == ""
