"""The report as one HTML page, from templates that a user may override block by block.

A folder of the user's is looked into first: its `report.html.j2` can extend
`wieder/report.html.j2` and replace a block, its `style.css` replaces the style.
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
REMEDY = "mend the template, or leave out --templates to use the built-in one"


def render(document: Document, templates: Path | None, page: str = PAGE, **more: object) -> str:
    """The page; the same document and templates give the same text.

    `templates` is a folder of the user's, or None; `page` is the name of the
    template, and `more` what it needs beside the document. Raises UsageError if it holds
    no template of the report, or one that is broken, naming file and line.
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
    """Raise UsageError for a folder that would change nothing, and for a template that cannot be used.

    Errors that occur only while the page is rendered are not found.
    """
    builtin = resource("reports_templates")
    if not templates.is_dir():
        raise UsageError(f"{templates}: there is no such folder of templates", "check --templates")
    names = sorted(str(path.relative_to(builtin)) for path in builtin.rglob("*") if path.is_file())
    own = [templates / name for name in names if (templates / name).is_file()]
    if not own:
        raise UsageError(
            f"{templates}: no file in it has the name of a template", f"the names are {', '.join(names)}"
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
    """`FILE:LINE` of a mistake in the user's templates; None if it is not there."""
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
