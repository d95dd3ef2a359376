"""A report that nobody watches: what it says, on whom it waits, and what it leaves in the log."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wieder import __version__
from wieder.cli.session import now, refuse_overwriting
from wieder.delivery import messages, output
from wieder.delivery.placeholders import fixed_folder, has_placeholders, occasion_of
from wieder.delivery.run_log import InputFile, Run, log_line
from wieder.errors import DataError, ExitCode, OutputError, WiederError
from wieder.notices import unheard
from wieder.periods import period_name
from wieder.questions.restated.folder import file_name
from wieder.store.lock import folder_locked, locked
from wieder.writing.formats import TableFormat, serialise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.cli.options import RunOptions
    from wieder.cli.session import Session
    from wieder.notices import Notify
    from wieder.questions.restated.kept import Kept
    from wieder.report.findings import Findings

LATER = "report"
"""Stands for a name that is known once the data are."""
WITHOUT_LOCKS = (errno.EBADF, errno.ENOLCK, errno.ENOTSUP)
"""What file systems say that cannot lock a folder; a report there is still replaced in one step."""


def voice(options: RunOptions) -> Notify:
    """Who hears the notices: people at a terminal; all of them are in the report and in the log, too."""
    quiet = not messages.is_watched() if options.quiet is None else options.quiet
    return unheard if quiet else messages.show_notice


@contextmanager
def recorded(session: Session) -> Iterator[Run]:
    """A run that is told to the log of the session when it ends, however it ends.

    Raises UsageError for a log that is read, OutputError for one that cannot be written.
    """
    run = Run(version=__version__, arguments=tuple(sys.argv[1:]), started=now())
    log = session.settings.run.log
    if log:
        refuse_overwriting(session, log)
        output.append(b"", log)
    try:
        yield run
    except BaseException as error:
        run.exit_code, run.error = _end(error)
        raise
    finally:
        if log:
            output.append(log_line(run, now()), log)


def tell(run: Run, findings: Findings) -> None:
    """Note what was analysed."""
    seen = occasion_of(findings)
    run.as_of, run.period = seen.as_of.isoformat(), period_name(seen.period, seen.kind)
    run.inputs = tuple(
        InputFile(file=row["file"], sha256=row["sha256"], bytes=row["bytes"])
        for row in findings.loads.iter_rows(named=True)
    )
    run.notices += findings.notices


def keep(kept: Kept, folder: str) -> None:
    """Write the results into `folder`, which is made if there is none; a file that is there stays.

    Raises OutputError.
    """
    path = Path(folder) / file_name(kept)
    if not path.exists():
        output.make_folder_of(str(path))
        output.write(serialise(kept.frame, TableFormat.PARQUET), str(path))


def _end(error: BaseException) -> tuple[int, str]:
    """The exit code and the message of a run that failed; of our own mistakes the kind alone."""
    if isinstance(error, WiederError):
        return error.exit_code, error.message
    code = ExitCode.INTERRUPTED if isinstance(error, KeyboardInterrupt) else ExitCode.BUG
    return code, type(error).__name__


@contextmanager
def alone(session: Session, notify: Notify) -> Iterator[None]:
    """Within it, no other report is written to the folder of the target, and the store is not half loaded.

    Raises OutputError if the folder stays taken or cannot be written to.
    """
    with ExitStack() as stack:
        if session.target.is_file:
            stack.enter_context(_only_report(session, notify))
        _await_load(session, notify)
        yield


@contextmanager
def _only_report(session: Session, notify: Notify) -> Iterator[None]:
    folder = fixed_folder(session.target.name)
    if has_placeholders(session.target.name):
        output.make_folder_of(str(folder / LATER))
    with ExitStack() as stack:
        try:
            stack.enter_context(folder_locked(folder, notify, session.settings.run.wait_seconds))
        except DataError as error:
            raise OutputError(error.message, error.remedy) from error
        except OSError as error:
            if error.errno not in WITHOUT_LOCKS:
                raise output.not_written(session.target.name, error) from error
        yield


def _await_load(session: Session, notify: Notify) -> None:
    """Let a load end that is writing the store; one that begins later does not disturb."""
    store = Path(session.settings.db).resolve()
    if session.files or not os.access(store.with_name(f"{store.name}.lock"), os.R_OK | os.W_OK):
        return
    with locked(store, notify, session.settings.run.wait_seconds):
        pass
