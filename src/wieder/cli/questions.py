"""Every question as a command: its options, help, refusals and output."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, make_dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, get_type_hints

from wieder.asking.options import KEY, declared_options
from wieder.asking.question import Selector
from wieder.cli.help import Declared
from wieder.cli.options import Files, OutputOptions, SelectionOptions, SourceOptions
from wieder.cli.parameters import with_options
from wieder.cli.selection import no_effect_error, refuse_without_effect, selection_of
from wieder.cli.session import begin, notifier_of, opened_shop, refuse_overwriting
from wieder.delivery.output import STDOUT, write
from wieder.errors import UsageError
from wieder.notices import Notice
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from wieder.asking.answer import Answer
    from wieder.asking.options import Option
    from wieder.asking.question import Instead, Question
    from wieder.asking.selection import Selection
    from wieder.cli.session import Session
    from wieder.notices import Notify

    Questions = Mapping[str, Question[Any]]


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A question with the options typed for it."""

    question: Question[Any]
    files: list[str] | None
    own: Any
    """The options of the question: an instance of `question.options`."""
    selection: SelectionOptions
    output: OutputOptions
    source: SourceOptions


def declared(question: Question[Any]) -> Declared:
    """The command of a question."""
    return Declared(
        name=question.id,
        chapter=question.chapter,
        help=question.help,
        epilog=examples_text(question.examples),
        function=partial(command_of, question, QUESTIONS),
    )


def examples_text(examples: Iterable[str]) -> str:
    """The examples for `--help`, not wrapped."""
    return "\b\nExamples:\n" + "".join(f"  wieder {example}\n" for example in examples)


def command_of(question: Question[Any], questions: Questions) -> Callable[..., None]:
    """The function behind the command, with its options as single parameters for Typer."""

    def command(
        files: list[str] | None = None,
        *,
        own: Any,
        older: Any,
        selection: SelectionOptions,
        output: OutputOptions,
        source: SourceOptions,
    ) -> None:
        target, options = _redirected(question, (own, older), selection, questions, notifier_of(output))
        answer_typed(
            Typed(
                question=target, files=files, own=options, selection=selection, output=output, source=source
            )
        )

    command.__annotations__ = {
        "files": Files,
        "own": question.options,
        "older": _older_options(question, questions),
        "selection": SelectionOptions,
        "output": OutputOptions,
        "source": SourceOptions,
        "return": None,
    }
    return with_options(command, usual=question.usual, selectors=question.selectors)


def answer_typed(typed: Typed) -> None:
    """Answer a question and write the answer to the target of the options.

    Raises UsageError before any data are read for options that contradict each other or have no effect.
    """
    question = typed.question
    session = begin(typed.files, typed.source, typed.output, typed.selection, typed.own)
    without_effect = {*Selector} - question.selectors | {
        *question.without_effect(typed.own, session.settings)
    }
    refuse_without_effect(typed.selection, without_effect, question.usual)
    companion = question.companion.name(typed.own) if question.companion else None
    refuse_overwriting(session, companion or STDOUT)
    selection = selection_of(typed.selection, question.usual)
    question.refuse(typed.own, selection, session.settings)
    answer = answered(question, typed.own, selection, session)
    if question.companion and companion:
        write(question.companion.text(answer).encode(), companion)
    _write(answer, typed, session)


def answered(question: Question[Any], options: Any, selection: Selection, session: Session) -> Answer[Any]:
    """The answer to a question about the data of the session."""
    from wieder.asking.asked import ask

    with session.notifier.working("computing"), opened_shop(session) as shop:
        asked = ask(shop, selection)
        asked.require(question.needs)
        return question.answer(asked, options)


def _write(answer: Answer[Any], typed: Typed, session: Session) -> None:
    from wieder.cli.writing import write_view

    view = typed.question.view(answer, typed.own, session.lang)
    write_view(view, session, private=typed.question.is_private)


def _older_options(question: Question[Any], questions: Questions) -> type:
    """Hidden options of older versions, which asked other questions under this name."""
    found = {
        _name(one): (_name(one), one.kind | None, _hidden(one.option))
        for one in question.instead
        if one.selector is None
    }
    own = get_type_hints(question.options)
    for instead in question.instead:
        target = questions[instead.question].options
        hints = get_type_hints(target)
        for one, declared in declared_options(target):
            if one.name not in own and one.name != instead.field:
                found.setdefault(one.name, (one.name, hints[one.name], _hidden(declared)))
    return make_dataclass("OlderOptions", found.values(), frozen=True, kw_only=True)


def _name(instead: Instead) -> str:
    """The name of the older option as a parameter."""
    return instead.option.flags[0].strip("-").replace("-", "_")


def _hidden(declared: Option) -> Any:
    return field(default=None, metadata={KEY: replace(declared, is_hidden=True)})


def _redirected(
    question: Question[Any],
    groups: tuple[Any, Any],
    selection: SelectionOptions,
    questions: Questions,
    notify: Notify,
) -> tuple[Question[Any], Any]:
    """The question to answer and its options; a notice names the new command for an older option.

    Raises UsageError for two older options at once, and for options that the question does not have.
    """
    typed = {
        one.name: value
        for group in groups
        for one in fields(group)
        if (value := getattr(group, one.name)) is not None
    }
    asked = [
        one
        for one in question.instead
        if (typed.get(_name(one)) if one.selector is None else getattr(selection, one.selector))
    ]
    if len(asked) > 1:
        names = " and ".join(one.option.flags[0] for one in asked[:2])
        raise UsageError(f"{names} are different tables", "give one of them at a time")
    target = questions[asked[0].question] if asked else question
    for one in asked:
        value = typed.pop(_name(one), None)
        typed |= {one.field: value} if one.field else {}
        message = f"{one.option.flags[0]} is a command of its own now, and the option will be removed"
        notify(Notice("question-of-its-own", message, f"wieder {target.id}"))
    _refuse_foreign(typed, target, groups)
    return target, target.options(**typed)


def _refuse_foreign(typed: Iterable[str], target: Question[Any], groups: Iterable[Any]) -> None:
    """Raise UsageError for a typed option that `target` does not have."""
    known = {one.name for one in fields(target.options)}
    for group in groups:
        for one, declared in declared_options(type(group)):
            if one.name in typed and one.name not in known:
                raise no_effect_error(declared)
