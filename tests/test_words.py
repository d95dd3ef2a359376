"""The English of the project: banned patterns, the length of help and of messages."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from wieder import errors
from wieder.cli.app import Program
from wieder.cli.help import Built
from words import LOOKED_INTO, PATTERNS, ROOT, findings, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS = Built(Program.declared)
HELP = 70
"""Characters of the help of an option, with its default."""
MESSAGE = 160
"""Characters of a message or a remedy, with values of usual length."""
VALUE = 12
"""Characters of a usual value."""
SAID_BY = {"Notice", *(one.__name__ for one in vars(errors).values() if isinstance(one, type))}


@pytest.mark.parametrize("place", LOOKED_INTO)
def test_no_text_has_a_banned_pattern(place: str) -> None:
    assert [str(finding) for finding in findings(ROOT / place)] == []


@pytest.mark.parametrize(
    "text",
    [
        "What is left of revenue.", "The share of who came back.", "this is no customer list",
        "Each cell says how many.", "customers are told apart", "Refunds count, too.", "so many days",
        "the first order before as-of", "at three earlier moments", "nobody is known",
    ],
)  # fmt: skip
def test_the_patterns_find_what_they_ban(text: str) -> None:
    assert any(pattern.banned.search(text) for pattern in PATTERNS)


@pytest.mark.parametrize(
    "text", ["There is no order.", "Is no longer used.", "Margin as a share of revenue.", "What is a cohort?"]
)
def test_the_patterns_leave_good_english_alone(text: str) -> None:
    assert not any(pattern.banned.search(text) for pattern in PATTERNS)


def test_docstrings_messages_comments_and_documents_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('"""A docstring."""\n# A comment.\nraise ValueError(f"bad value {x}")\n')
    (tmp_path / "b.sql").write_text("-- in -> out: one row\nselect 1\n")
    (tmp_path / "c.md").write_text("# A title\n\n```sh\nwieder kpis\n```\n\nA paragraph.\n")
    found = {words.text.strip() for words in texts(tmp_path)}
    assert found == {
        "A docstring.", "bad value", "A comment.", "in -> out: one row", "# A title", "A paragraph.",
    }  # fmt: skip


@pytest.mark.parametrize("name", Program.declared)
def test_help_is_short_and_has_two_examples(name: str) -> None:
    declared = Program.declared[name]
    assert len(declared.summary) <= HELP
    assert (declared.epilog or "").count("\n  wieder ") == 2
    helps = [
        getattr(one, "help", None) or "" for one in COMMANDS[name].params if not getattr(one, "hidden", False)
    ]
    assert [one for one in helps if len(one) > HELP] == []


def messages() -> Iterator[tuple[str, str]]:
    """Every message and remedy that is written where it is raised, with its place."""
    for file in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            place = f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAID_BY:
                yield from ((place, text) for part in node.args if (text := _usual(part)))
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"message", "remedy"}:
                yield place, _usual(node.value)


def _usual(part: ast.expr) -> str:
    """The text with values of usual length; empty for other expressions."""
    if isinstance(part, ast.Constant) and isinstance(part.value, str):
        return part.value
    if isinstance(part, ast.JoinedStr):
        return "".join(_usual(piece) or "x" * VALUE for piece in part.values)
    return ""


def test_messages_and_remedies_are_short() -> None:
    assert [f"{place}: {text}" for place, text in messages() if len(text) > MESSAGE] == []


def test_messages_have_at_most_two_sentences() -> None:
    assert [f"{place}: {text}" for place, text in messages() if text.count(". ") > 1] == []
