"""Commands about the data: load them, and account for every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from wieder.asking.options import option
from wieder.asking.question import Selector
from wieder.cli.options import Files, OutputOptions, SelectionOptions, SourceOptions
from wieder.cli.selection import refuse_without_effect, selection_of
from wieder.cli.session import Session, begin, now, opened_shop
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
    """Facts about the files that the user states."""

    expect_rows: int | None = option(
        "--expect-rows", metavar="N", minimum=0, help="Refuse order exports unless they have N rows."
    )
    expect_total: str | None = option(
        "--expect-total", metavar="AMOUNT", help="Refuse order exports unless they add up to AMOUNT."
    )
    exported_at: str | None = option(
        "--exported-at", metavar="TIME", help="Time of the export. [the newest order of each file]"
    )


def load(files: GivenFiles, *, source: SourceOptions, expected: LoadOptions, output: OutputOptions) -> None:
    """Load exports into the store.

    Loading the same file twice changes nothing. If an order occurs in several exports, its newest version
    counts: the one of the file exported last, by its newest order or by --exported-at. An order that is
    missing from a later export stays: deletions are not inferred.
    """
    from wieder.cli.views import load_view
    from wieder.cli.writing import write_view
    from wieder.store.file import load as load_store

    session, terms = begin(files, source, output), terms_of(expected)
    database = Path(session.settings.db)
    with session.notifier.working("loading"):
        loaded = load_store(
            database, files, session.settings, session.standard_input, now(), session.notifier, terms
        )
    write_view(load_view(loaded, session), session)


def loads(files: Files = None, *, source: SourceOptions, output: OutputOptions) -> None:
    """List the loads: their time, files and rows."""
    from wieder.cli.views import history_view
    from wieder.cli.writing import write_view
    from wieder.store.file import load_history

    session = begin(files, source, output)
    with opened_shop(session) as shop:
        history, currency = load_history(shop.connection), shop.currency
    write_view(history_view(history, currency, session), session)


Load = Annotated[int, Argument(metavar="LOAD", help="Number of the load in `wieder loads`.")]


def unload(number: Load, *, source: SourceOptions, output: OutputOptions) -> None:
    """Remove a load from the store.

    The result is the store as it would be without that load, with a list of the remaining files. Rows that
    the load had replaced are restored by reading the files of the other loads again, with the present
    settings. If a file has been moved or changed, the missing rows are reported with the files to load again.
    """
    from wieder.cli.views import load_view
    from wieder.cli.writing import write_view
    from wieder.store.unload import unload as unload_store

    session = begin((), source, output, reads_again=True)
    with session.notifier.working("unloading"):
        left = unload_store(Path(session.settings.db), number, session.settings, session.notifier)
    write_view(load_view(left, session), session)


@dataclass(frozen=True, kw_only=True)
class RejectOptions:
    """Which rejected rows are listed, and in which form."""

    mend: str | None = option(
        "--mend", metavar="FILE", help="The rejected rows of this file as they were, to be corrected."
    )
    settled: bool | None = option("--all", help="Include rows whose orders were loaded since.")


def rejects(
    files: Files = None, *, source: SourceOptions, chosen: RejectOptions, output: OutputOptions
) -> None:
    """List rejected rows with their reasons.

    Rows whose order was loaded since are settled, and are listed only with --all. To correct the others:
    `wieder rejects --mend orders.csv -o corrected.csv`, edit that file, and load it.
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
    """Write rejected rows as they were; a notice counts the rows that must be corrected in their file."""
    if found.lines_of_kept_orders:
        message = (
            f"{found.lines_of_kept_orders:,} rejected lines of orders with accepted lines are not written:"
            " loaded alone, they would replace the order"
        )
        session.notifier(
            Notice("lines-of-kept-orders", message, "correct them in the export, and load it again")
        )
    write(found.text.encode(), session.target.name, private=True)


WITHOUT_EFFECT_ON_CHECK = frozenset({Selector.BY, Selector.TOP, Selector.WINDOW, Selector.OCCASION})


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """Which of the two tables is written."""

    rules: bool | None = option("--rules", help="Rules of the quality gate instead of the account.")


def check(
    files: Files = None,
    *,
    chosen: CheckOptions,
    selection: SelectionOptions,
    output: OutputOptions,
    source: SourceOptions,
) -> None:
    """Account for every row and cent, and check data quality.

    The account leads from the files to the KPIs. The exit code is 1 if it does not add up exactly, which
    would be an error in wieder, and 6 if a rule is crossed; [check] in wieder.toml sets the limits.
    """
    from wieder.asking.reconciliation import reconcile
    from wieder.cli.views import bridge_view, rules_view, with_rules
    from wieder.cli.writing import write_view
    from wieder.counting.quality import check as check_rules
    from wieder.counting.quality import refuse_crossed
    from wieder.store.checksums import refuse_changes_inside
    from wieder.store.file import load_history

    refuse_without_effect(selection, WITHOUT_EFFECT_ON_CHECK)
    session = begin(files, source, output, selection)
    asked_for = selection_of(selection, PeriodKind.ALL)
    with session.notifier.working("checking"), opened_shop(session) as shop:
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
    """Raise WitnessError if the steps of the bridge do not add up to its total, to the cent."""
    from wieder.counting.bridge import adds_up

    if not adds_up(bridge):
        raise WitnessError("the bridge does not add up", "do not use these numbers, and please report it")


def terms_of(options: LoadOptions) -> Terms:
    """Return the terms of a load. Raises UsageError for a text that is not an amount or a time."""
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
            f"--expect-total {text!r} is not an amount", "write it as 12345.67, without thousands separators"
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
            "write it as 2024-03-31 or 2024-03-31T18:00, in the time zone of the shop",
        )
    return time
