"""Unattended reports: waiting for other runs, the run log, and kept results."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wieder import __version__
from wieder.cli.session import now, refuse_overwriting
from wieder.delivery import output
from wieder.delivery.placeholders import fixed_folder, has_placeholders, occasion_of
from wieder.delivery.run_log import InputFile, Run, log_line
from wieder.errors import DataError, ExitCode, OutputError, WiederError
from wieder.periods import period_name
from wieder.questions.restated.folder import file_name
from wieder.store.lock import folder_locked, locked
from wieder.writing.formats import TableFormat, serialise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.cli.session import Session
    from wieder.notices import Notify
    from wieder.questions.restated.kept import Kept
    from wieder.report.findings import Findings

LATER = "report"
"""Placeholder for a file name that depends on the data."""
WITHOUT_LOCKS = (errno.EBADF, errno.ENOLCK, errno.ENOTSUP)
"""Errors of file systems that cannot lock a folder; a report there is still replaced in one step."""


@contextmanager
def recorded(session: Session) -> Iterator[Run]:
    """A run that is written to the run log when it ends, successfully or not.

    Raises UsageError for a log that is also an input, OutputError for one that cannot be written.
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


def record(run: Run, findings: Findings) -> None:
    """Add the analysed period, the inputs and the notices to the run."""
    seen = occasion_of(findings)
    run.as_of, run.period = seen.as_of.isoformat(), period_name(seen.period, seen.kind)
    run.inputs = tuple(
        InputFile(file=row["file"], sha256=row["sha256"], bytes=row["bytes"])
        for row in findings.loads.iter_rows(named=True)
    )
    run.notices += findings.notices


def keep(kept: Kept, folder: str) -> None:
    """Write the results into `folder`, which is created if needed; an existing file stays.

    Raises OutputError.
    """
    path = Path(folder) / file_name(kept)
    if not path.exists():
        output.make_folder_of(str(path))
        output.write(serialise(kept.frame, TableFormat.PARQUET), str(path))


def _end(error: BaseException) -> tuple[int, str]:
    """The exit code and the message of a run that failed; only the type of an error inside wieder."""
    if isinstance(error, WiederError):
        return error.exit_code, error.message
    code = ExitCode.INTERRUPTED if isinstance(error, KeyboardInterrupt) else ExitCode.BUG
    return code, type(error).__name__


@contextmanager
def alone(session: Session, notify: Notify) -> Iterator[None]:
    """Keep other reports out of the target folder, and wait until no load writes the store.

    Raises OutputError if the folder stays locked or cannot be written to.
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
    """Wait for a load that is writing the store; a later one replaces the file and does no harm."""
    store = Path(session.settings.db).resolve()
    if session.files or not os.access(store.with_name(f"{store.name}.lock"), os.R_OK | os.W_OK):
        return
    with locked(store, notify, session.settings.run.wait_seconds):
        pass
