"""Commands about the data themselves: load them, and see what became of every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from wieder.asking.options import option
from wieder.asking.question import Heed
from wieder.cli.options import Files, OutputOptions, SelectionOptions, SourceOptions
from wieder.cli.selection import refuse_unheard, selection_of
from wieder.cli.session import Session, begin, now, opened_shop
from wieder.delivery import messages
from wieder.delivery.output import write
from wieder.errors import UsageError, WitnessError
from wieder.notices import Notice
from wieder.periods import PeriodKind, iso_text

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    import polars as pl

    from wieder.store.rejects import Mendable
    from wieder.store.terms import Terms

GivenFiles = Annotated[
    list[str], Argument(metavar="FILE...", help="Exports: files, folders, or - for standard input.")
]


@dataclass(frozen=True, kw_only=True)
class LoadOptions:
    """What the user knows better than the files."""

    expect_rows: int | None = option(
        "--expect-rows", metavar="N", minimum=0, help="Refuse order exports that do not hold N rows."
    )
    expect_total: str | None = option(
        "--expect-total", metavar="AMOUNT", help="Refuse order exports that do not add up to AMOUNT."
    )
    exported_at: str | None = option(
        "--exported-at", metavar="TIME", help="When the files were exported. [their newest order]"
    )


def load(files: GivenFiles, *, source: SourceOptions, expected: LoadOptions, output: OutputOptions) -> None:
    """Load exports into the store.

    The same file twice changes nothing. Of an order that comes again the newest state counts: that of the
    file that was exported last, which is told by its newest order or by --exported-at. An order that is
    missing from a later export stays: deletions are not inferred.
    """
    from wieder.cli.views import load_view
    from wieder.cli.writing import write_view
    from wieder.store.file import load as load_store

    session, terms = begin(files, source, output), terms_of(expected)
    database = Path(session.settings.db)
    with messages.working("loading"):
        loaded = load_store(
            database, files, session.settings, session.standard_input, now(), messages.show_notice, terms
        )
    write_view(load_view(loaded, session), session)


def loads(files: Files = None, *, source: SourceOptions, output: OutputOptions) -> None:
    """List what was loaded when, and from which file."""
    from wieder.cli.views import history_view
    from wieder.cli.writing import write_view
    from wieder.store.file import load_history

    session = begin(files, source, output)
    with opened_shop(session) as shop:
        history, currency = load_history(shop.connection), shop.currency
    write_view(history_view(history, currency, session), session)


Load = Annotated[int, Argument(metavar="LOAD", help="The number of the load, as `wieder loads` lists it.")]


def unload(number: Load, *, source: SourceOptions, output: OutputOptions) -> None:
    """Take a wrong load back.

    The result is the store as it would be without that load, with a list of the remaining files. Rows that
    the load had replaced are restored by reading the files of the other loads again, with the present
    settings. If a file has been moved or changed, the missing rows are reported with the files to load again.
    """
    from wieder.cli.views import load_view
    from wieder.cli.writing import write_view
    from wieder.store.unload import unload as unload_store

    session = begin((), source, output, reads_again=True)
    with messages.working("unloading"):
        left = unload_store(Path(session.settings.db), number, session.settings, messages.show_notice)
    write_view(load_view(left, session), session)


UNLOAD_EXAMPLES = ("unload 3", "unload 3 --db shop.duckdb --format table")


@dataclass(frozen=True, kw_only=True)
class RejectOptions:
    """Which rejected rows are given, and in which form."""

    mend: str | None = option(
        "--mend", metavar="FILE", help="The rows of this file as they were, to mend and load again."
    )
    settled: bool | None = option("--all", help="Also rows whose orders were loaded since.")


def rejects(
    files: Files = None, *, source: SourceOptions, chosen: RejectOptions, output: OutputOptions
) -> None:
    """List the rows that were rejected, each with its reason.

    Rows whose order was loaded since are settled, and listed only with --all. To mend the others:
    `wieder rejects --mend orders.csv -o mended.csv`, correct them there, and load mended.csv.
    """
    from wieder.cli.writing import frame_view, write_view
    from wieder.store.rejects import mendable, rejected_rows

    session = begin(files, source, output)
    if chosen.mend is not None:
        with opened_shop(session) as shop:
            write_mendable(mendable(shop.connection, chosen.mend), session)
        return
    with opened_shop(session) as shop:
        rejected = rejected_rows(shop.connection, settled=bool(chosen.settled))
    write_view(frame_view(rejected, session.lang), session, private=True)


def write_mendable(found: Mendable, session: Session) -> None:
    """Write rejected rows as they were, and say which ones are better mended in their file."""
    if found.lines_of_kept_orders:
        message = (
            f"{found.lines_of_kept_orders:,} rejected rows are lines of orders whose other lines were kept,"
            " and are left out: alone they would replace the order"
        )
        messages.show_notice(
            Notice("lines-of-kept-orders", message, "mend them in the export, and load it again")
        )
    write(found.text.encode(), session.target.name, private=True)


UNHEARD_BY_CHECK = frozenset({Heed.BY, Heed.TOP, Heed.WINDOW, Heed.OCCASION})


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """Which of the two results programs get."""

    rules: bool | None = option("--rules", help="The rules of the quality gate instead of the account.")


def check(
    files: Files = None,
    *,
    chosen: CheckOptions,
    selection: SelectionOptions,
    output: OutputOptions,
    source: SourceOptions,
) -> None:
    """Account for every row and cent, and judge the data.

    The account leads from the files to the KPIs; if it does not add up exactly, which would be a mistake of
    ours, the exit code is 1. It is 6 if a rule is crossed; [check] in wieder.toml holds the thresholds.
    """
    from wieder.asking.reconciliation import reconcile
    from wieder.cli.views import bridge_view, rules_view, with_rules
    from wieder.cli.writing import write_view
    from wieder.counting.quality import check as check_rules
    from wieder.counting.quality import refuse_crossed
    from wieder.store.checksums import refuse_changes_inside
    from wieder.store.file import load_history

    refuse_unheard(selection, UNHEARD_BY_CHECK)
    session = begin(files, source, output, selection)
    asked_for = selection_of(selection, PeriodKind.ALL)
    with messages.working("checking"), opened_shop(session) as shop:
        if not session.files:
            refuse_changes_inside(shop.connection, Path(session.settings.db))
        found = reconcile(shop, asked_for)
        rules = check_rules(shop.classified, session.settings, asked_for.today)
        loads = load_history(shop.connection)
    gate = rules_view(rules, session)
    view = gate if chosen.rules else with_rules(bridge_view(found, loads, session), gate)
    write_view(view, session, private=True)
    refuse_gap(found.bridge)
    refuse_crossed(rules)


def refuse_gap(bridge: pl.DataFrame) -> None:
    """Raise WitnessError if the steps of the bridge do not make its total, to the cent."""
    from wieder.counting.bridge import adds_up

    if not adds_up(bridge):
        raise WitnessError("the bridge does not add up", "do not use these numbers, and please report it")


def terms_of(options: LoadOptions) -> Terms:
    """The terms of a load. Raises UsageError for a text that is not an amount or a time."""
    from wieder.store.terms import Terms

    return Terms(
        expected_rows=options.expect_rows,
        expected_total=_amount(options.expect_total),
        exported_at=_time(options.exported_at),
    )


def _amount(text: str | None) -> Decimal | None:
    from decimal import Decimal, InvalidOperation

    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise UsageError(
            f"--expect-total {text!r} is no amount", "write it like 12345.67, without thousands marks"
        )
    return amount


def _time(text: str | None) -> datetime | None:
    from datetime import datetime

    if text is None:
        return None
    day, space, clock = text.strip().partition(" ")
    try:
        time = datetime.fromisoformat(f"{iso_text(day)}{space}{clock}")
    except ValueError:
        time = None
    if time is None or time.tzinfo is not None:
        raise UsageError(
            f"--exported-at {text!r} is not a time",
            "write 2024-03-31 or 2024-03-31T18:00, in the shop's time",
        )
    return time
