"""The report as one HTML page, from templates that users can override block by block.

The user's folder takes precedence: its `report.html.j2` can extend `wieder/report.html.j2`
and replace blocks, and its `style.css` replaces the stylesheet.
"""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from jinja2 import TemplateError, TemplateSyntaxError, nodes

from wieder.errors import UsageError
from wieder.locale import texts
from wieder.writing.shipped import resource
from wieder.writing.templates import environment

if TYPE_CHECKING:
    from wieder.report.document import Document

PAGE = "report.html.j2"
REMEDY = "fix the template, or use the built-in one without --templates"


def render(document: Document, templates: Path | None, page: str = PAGE, **more: object) -> str:
    """The page; the same document and templates give the same text.

    `templates` is a folder with the user's templates, or None; `page` is the name of the
    template, and `more` are its variables besides the document. Raises UsageError if the
    folder contains no template of the report, or a broken one, with file and line.
    """
    if templates is not None:
        check_templates(templates)
    try:
        template = environment(templates).get_template(page)
        return template.render(document=document, text=texts(document.lang), **more)
    except Exception as error:
        place = _place(error, templates)
        if place is None:
            raise
        raise _broken(place, error) from error


def check_templates(templates: Path) -> None:
    """Raise UsageError for a folder without effect, and for a template that cannot be used.

    Errors that occur only while the page is rendered are not found.
    """
    builtin = resource("reports_templates")
    if not templates.is_dir():
        raise UsageError(f"{templates}: this folder does not exist", "check the path given with --templates")
    names = sorted(str(path.relative_to(builtin)) for path in builtin.rglob("*") if path.is_file())
    own = [templates / name for name in names if (templates / name).is_file()]
    if not own:
        raise UsageError(
            f"{templates}: this folder contains no template of the report",
            f"name a file like the template it replaces: {', '.join(names)}",
        )
    for path in own:
        _check_template(path, str(path.relative_to(templates)))


def _check_template(path: Path, name: str) -> None:
    try:
        text = path.read_text("utf-8")
        tree = environment(None).parse(text) if path.suffix == ".j2" else nodes.Template([])
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: this template cannot be read as UTF-8 ({error})", REMEDY) from error
    except TemplateSyntaxError as error:
        raise _broken(f"{path}:{error.lineno}", error) from error
    for one in tree.find_all(nodes.Extends):
        if isinstance(one.template, nodes.Const) and one.template.value == name:
            raise _extends_itself(f"{path}:{one.lineno}", name)


def _broken(place: str, error: Exception) -> UsageError:
    if isinstance(error, RecursionError):
        return _extends_itself(place, PAGE)
    return UsageError(f"{place}: {_message(error)}", REMEDY)


def _extends_itself(place: str, name: str) -> UsageError:
    return UsageError(
        f"{place}: this template extends itself", f'extend the built-in one: {{% extends "wieder/{name}" %}}'
    )


def _place(error: Exception, templates: Path | None) -> str | None:
    """`FILE:LINE` of an error in the user's templates; None if it is elsewhere."""
    if templates is None:
        return None
    if isinstance(error, TemplateSyntaxError) and error.filename:
        frames = [(error.filename, error.lineno)]
    else:
        frames = [(frame.filename, frame.lineno or 0) for frame in extract_tb(error.__traceback__)]
    own = [f"{name}:{line}" for name, line in frames if Path(name).is_relative_to(templates)]
    return own[-1] if own else None


def _message(error: Exception) -> str:
    if isinstance(error, TemplateError) and error.message:
        return error.message
    return str(error) or type(error).__name__
