"""`wieder help`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails
from wieder.cli.app import Program
from wieder.writing.topics import topics

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


def test_topics_are_listed_with_their_summaries(wieder: Wieder) -> None:
    rows = {row["topic"]: row["summary"] for row in wieder("help").rows()}
    assert rows.keys() == topics().keys()
    assert all(summary.endswith(".") and len(summary) < 140 for summary in rows.values())


@pytest.mark.parametrize("name", topics())
def test_a_topic_is_markdown_without_markers(wieder: Wieder, name: str) -> None:
    text = wieder("help", name).out.decode()
    assert text.startswith(f"# {topics()[name].title}\n\n")
    assert "<!--" not in text


@pytest.mark.parametrize("name", topics())
def test_a_topic_is_rendered_for_a_terminal(wieder: Wieder, name: str) -> None:
    text = wieder("help", name, "--format", "table").out.decode()
    assert text.startswith(topics()[name].title)
    assert "```" not in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 110


def test_a_topic_is_written_to_a_file(wieder: Wieder, tmp_path: Path) -> None:
    assert wieder("help", "settings", "-o", "settings.md").out == b""
    assert (tmp_path / "settings.md").read_text().startswith("# Settings")
    assert "cannot be written as csv" in fails(wieder("help", "settings", "--format", "csv"), 2)


@pytest.mark.parametrize("name", sorted(Program.declared.keys() - topics().keys() - {"help"}))
def test_the_help_of_a_command_is_that_of_its_option(wieder: Wieder, name: str) -> None:
    shown = wieder("help", name).out.decode().removeprefix("```text\n").removesuffix("\n```\n")
    assert shown == wieder(name, "--help").out.decode().rstrip("\n")


def test_a_topic_with_the_name_of_a_command_shows_both(wieder: Wieder) -> None:
    text = wieder("help", "kpis").out.decode()
    assert text.startswith("# KPIs\n")
    assert "Usage: wieder kpis" in text


def test_an_unknown_name_is_answered_with_those_it_may_be(wieder: Wieder) -> None:
    assert "did you mean settings" in fails(wieder("help", "setings"), 2)
    assert "did you mean cohorts" in fails(wieder("help", "cohort"), 2)
    assert "`wieder help` lists the topics" in fails(wieder("help", "xyzzy"), 2)
