from __future__ import annotations

import shlex
import subprocess
from datetime import time
from shutil import which
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wieder.delivery.schedule import Job, crontab, systemd_units
from wieder.errors import UsageError
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from pathlib import Path

KINDS = [kind for kind in PeriodKind if kind is not PeriodKind.ALL]


def job(*arguments: str, period: PeriodKind = PeriodKind.WEEK, folder: str = "/home/anna/shop") -> Job:
    return Job(
        program=("/opt/wieder/bin/wieder",),
        arguments=arguments or ("report", "-o", "reports/{iso_week}.html"),
        folder=folder,
        period=period,
        at=time(6, 5),
    )


def line(of: Job) -> str:
    return crontab(of).splitlines()[-1]


@pytest.mark.parametrize(
    ("period", "begin"),
    [
        (PeriodKind.DAY, "5 6 * * * cd "),
        (PeriodKind.WEEK, "5 6 * * 1 cd "),
        (PeriodKind.MONTH, "5 6 1 * * cd "),
        (PeriodKind.QUARTER, "5 6 1 1,4,7,10 * cd "),
        (PeriodKind.YEAR, "5 6 1 1 * cd "),
    ],
)
def test_cron_runs_after_the_end_of_a_period(period: PeriodKind, begin: str) -> None:
    assert line(job(period=period)).startswith(begin)


def test_the_crontab_is_one_line_below_its_comments() -> None:
    assert crontab(job()) == (
        "# every Monday at 06:05; add these lines with `crontab -e`\n"
        "# to receive errors by mail, add a line above: MAILTO=you@example.com\n"
        "5 6 * * 1 cd /home/anna/shop && /opt/wieder/bin/wieder report -o 'reports/{iso_week}.html'\n"
    )


def test_a_percent_sign_does_not_end_the_line_for_cron() -> None:
    shown = line(job("report", "--where", "a like '%b%'"))
    assert "%" not in shown.replace(r"\%", "")


WORDS = st.text(st.characters(exclude_characters="\\", exclude_categories=["Cc", "Cs"]), max_size=30)


@given(st.lists(WORDS, max_size=5), WORDS)
def test_the_shell_of_cron_reads_back_every_word(words: list[str], folder: str) -> None:
    command = line(job("report", *words, folder=f"/{folder}")).split(" ", 5)[5].replace(r"\%", "%")
    assert shlex.split(command) == ["cd", f"/{folder}", "&&", "/opt/wieder/bin/wieder", "report", *words]


@pytest.mark.parametrize("word", ["a\nb", "a\\b", "a\rb", "\x00"])
def test_words_that_a_crontab_cannot_contain_are_refused(word: str) -> None:
    with pytest.raises(UsageError, match="a crontab cannot contain"):
        crontab(job("report", word))


def test_a_line_that_cron_would_cut_off_is_refused() -> None:
    with pytest.raises(UsageError, match="cron accepts at most 998") as refusal:
        crontab(job("report", "x" * 1000))
    assert "--systemd" in refusal.value.remedy


def test_the_units_are_as_expected() -> None:
    units = systemd_units(job("report", "-o", 'a $b/100%/"{month}".html', period=PeriodKind.MONTH))
    assert units == {
        "wieder-report-month.service": (
            "[Unit]\nDescription=wieder report, on the first day of every month at 06:05\n\n"
            "[Service]\nType=oneshot\nWorkingDirectory=/home/anna/shop\n"
            'ExecStart=/opt/wieder/bin/wieder report -o "a $$b/100%%/\\"{month}\\".html"\n'
        ),
        "wieder-report-month.timer": (
            "[Unit]\nDescription=wieder report, on the first day of every month at 06:05\n\n"
            "[Timer]\nOnCalendar=*-*-01 06:05:00\nPersistent=true\n\n"
            "[Install]\nWantedBy=timers.target\n"
        ),
    }


def test_words_that_a_unit_cannot_contain_are_refused() -> None:
    with pytest.raises(UsageError, match="a systemd unit cannot contain"):
        systemd_units(job("report", "a\nExecStartPost=/bin/true"))


@pytest.mark.skipif(which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("period", KINDS)
def test_systemd_finds_nothing_to_complain_about(tmp_path: Path, period: PeriodKind) -> None:
    made = Job(
        program=("/bin/sh",),
        arguments=("report", "-o", 'a $b/100%/"{month}".html'),
        folder=str(tmp_path),
        period=period,
        at=time(6, 5),
    )
    for name, text in systemd_units(made).items():
        (tmp_path / name).write_text(text)
    units = [str(path) for path in tmp_path.iterdir()]
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--user", *units], capture_output=True, text=True, check=False
    )
    complaints = [one for one in verified.stderr.splitlines() if "wieder" in one]
    assert complaints == []
    calendar = systemd_units(made)[f"{made.name}.timer"].partition("OnCalendar=")[2].splitlines()[0]
    subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=True)
