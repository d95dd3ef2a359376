"""Lines of settings are given where they are certain, and not otherwise."""

from __future__ import annotations

import pytest

from wieder.config.lines import line_at, lines_of

TEXT = '''\
db = "x"
# lang = "en"
[report]   # the page
lang = "de"
colours = { new = "#112233", lost = "#332211" }
comments.tiles = "x"
title = """
lang = "fr"
"""

[columns."spend"]
"amount" = "Kosten"
[ alerts . revenue ]
below = 5
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("db", 1),
        ("report", 3),
        ("report.lang", 4),
        ("report.colours.new", 5),
        ("report.comments.tiles", 6),
        ("report.title", 7),
        ("columns.spend.amount", 12),
        ("alerts.revenue", 13),
        ("alerts.revenue.below", 14),
        ("report.logo", None),
        ("mail.host", None),
    ],
)
def test_a_line_is_that_of_the_setting_or_of_its_inline_table(path: str, line: int | None) -> None:
    assert line_at(lines_of(TEXT), path.split(".")) == line


def test_a_setting_found_twice_has_no_line() -> None:
    assert line_at(lines_of("[a]\nb = 1\nb = 2\n"), ("a", "b")) is None
