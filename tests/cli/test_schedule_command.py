from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from outcomes import fails
from wieder.cli import schedule

if TYPE_CHECKING:
    import pytest

    from outcomes import Wieder

PROGRAM = f"{sys.executable} -m wieder"


def test_without_a_command_the_weekly_report_is_scheduled(wieder: Wieder, tmp_path: Path) -> None:
    outcome = wieder("schedule")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.decode().splitlines()[-1] == (
        f"30 6 * * 1 cd {tmp_path} && {PROGRAM} report --period week -o 'reports/{{period}}.html'"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_a_command_keeps_its_own_options(wieder: Wieder) -> None:
    arguments = ("report", "orders.csv", "--period", "month", "-o", "r-{month}.html", "--mail")
    outcome = wieder("schedule", "--period", "month", "--at", "7:05", *arguments)
    begin, _, end = outcome.out.decode().splitlines()[-1].partition(" report ")
    assert begin.startswith("5 7 1 * * cd ")
    assert end == "orders.csv --period month -o 'r-{month}.html' --mail"


def test_units_of_systemd_come_with_their_places(wieder: Wieder) -> None:
    shown = wieder("schedule", "--systemd").out.decode()
    assert "# ~/.config/systemd/user/wieder-report-week.service\n[Unit]\n" in shown
    assert "# ~/.config/systemd/user/wieder-report-week.timer\n[Unit]\n" in shown
    assert shown.endswith("# then: systemctl --user enable --now wieder-report-week.timer\n")


def test_the_installed_script_is_named_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "wieder"
    script.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["wieder"])
    assert schedule.this_program() == (str(script),)
    assert Path(schedule.this_program()[0]).is_absolute()


def test_a_command_that_would_fail_at_night_fails_now(wieder: Wieder) -> None:
    assert "`wieder report` has no option --perod" in fails(
        wieder("schedule", "report", "--perod", "week"), 2
    )
    assert "'report.html' cannot be scheduled" in fails(wieder("schedule", "report.html"), 2)
    assert "'schedule' cannot be scheduled" in fails(wieder("schedule", "schedule"), 2)
    assert "--at '25:00' is not a time" in fails(wieder("schedule", "--at", "25:00"), 2)


def test_variables_that_will_not_be_there_are_named_without_their_values(
    wieder: Wieder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIEDER_MAIL_PASSWORD", "geheim")
    outcome = wieder("schedule")
    assert "WIEDER_MAIL_PASSWORD" in outcome.err
    assert "[variables-not-scheduled]" in outcome.err
    assert "geheim" not in outcome.err + outcome.out.decode()
