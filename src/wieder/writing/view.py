"""The default view of an answer: its frame for programs, a table for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wieder.asking.view import View

if TYPE_CHECKING:
    from collections.abc import Collection

    from wieder.asking.answer import Answer
    from wieder.locale.text import Lang


def table_view(answer: Answer[Any], options: object, lang: Lang, *, without: Collection[str] = ()) -> View:
    """The table of the answer; the columns `without` are hidden from readers."""
    from wieder.writing.grids import table_grid

    del options
    shown = answer.frame.drop(*without, strict=False)
    return View(frame=answer.frame, grids=lambda: [table_grid(shown, answer.table, lang, answer.currency)])
