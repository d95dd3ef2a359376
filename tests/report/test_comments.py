from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wieder.report.comments import comment_html


def test_a_small_part_of_markdown_is_known() -> None:
    markdown = "Mehr *Licht*, **bitte** `x`.\n\n- eins\n- [zwei](https://example.com)"
    assert comment_html(markdown) == (
        "<p>Mehr <em>Licht</em>, <strong>bitte</strong> <code>x</code>.</p>\n"
        '<ul>\n<li>eins</li>\n<li><a href="https://example.com">zwei</a></li>\n</ul>'
    )
    assert comment_html("") == ""


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![tracker](https://example.com/x.png)",
        "[run](javascript:alert(1))",
        "# Heading",
        '[a](https://example.com "<b>")',
    ],
)
def test_nothing_else_becomes_html(markdown: str) -> None:
    html = comment_html(markdown)
    for tag in ("<script", "<img", "<h1", "<b>", 'href="javascript'):
        assert tag not in html


@given(st.text(max_size=200))
def test_whatever_is_written_no_other_element_comes_out(markdown: str) -> None:
    html = comment_html(markdown)
    for allowed in ("p", "em", "strong", "code", "ul", "ol", "li", "br", "a"):
        for part in (f"<{allowed}>", f"</{allowed}>", f"<{allowed} ", f"<{allowed} />"):
            html = html.replace(part, "")
    assert "<" not in html
