"""Remedies for commands and options that do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails

if TYPE_CHECKING:
    from outcomes import Wieder


@pytest.mark.parametrize(
    ("typed", "remedy"),
    [
        ("kpi", "did you mean `wieder kpis`?"),
        ("reprot", "did you mean `wieder report`?"),
        ("retention", "did you mean `wieder revenue-retention`?"),
        ("Wiederkaufrate", "it is a KPI: `wieder explain repeat_purchase_rate`"),
        ("frobnicate", "`wieder --help` lists the commands"),
    ],
)
def test_an_unknown_command_comes_with_what_may_have_been_meant(
    wieder: Wieder, typed: str, remedy: str
) -> None:
    error = fails(wieder(typed), 2)
    assert error.splitlines() == [
        f"wieder: error: there is no command '{typed}'",
        f"        remedy: {remedy}",
    ]


@pytest.mark.parametrize(
    ("typed", "error", "remedy"),
    [
        ("kpis --perod day", "`wieder kpis` has no option --perod", "did you mean --period?"),
        (
            "customers --list at-risk",
            "`wieder customers` has no option --list",
            "--list belongs to `wieder churn-list`",
        ),
        ("kpis --margin 0.4", "`wieder kpis` has no option --margin", "--margin belongs to `wieder clv`"),
        ("kpis --zzz", "`wieder kpis` has no option --zzz", "`wieder kpis --help` lists the options"),
        ("--nosuch", "`wieder` has no option --nosuch", "`wieder --help` lists the options"),
    ],
)
def test_an_unknown_option_comes_with_the_command_that_has_it(
    wieder: Wieder, typed: str, error: str, remedy: str
) -> None:
    found = fails(wieder(*typed.split()), 2)
    assert error in found
    assert remedy in found
