"""Entry point of the `wieder` command."""

from __future__ import annotations

import os
import signal
import sys

from wieder import __version__
from wieder.delivery import messages, output
from wieder.errors import ExitCode, WiederError


def main() -> int:
    """Runs the command line and returns its exit code; every error is handled here."""
    if hasattr(signal, "SIGPIPE"):
        # Python turns a closed pipe into an exception, which Polars and DuckDB each wrap in one of their own.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        return _run(sys.argv[1:])
    except WiederError as error:
        messages.show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  the only place where our own bugs are caught
        return _end_unexpectedly(error)


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        output.write(f"wieder {__version__}\n".encode(), output.STDOUT)
        return ExitCode.OK
    # NumPy sums with one thread per core: here that saves no time, takes twice the processor time, and makes
    # the order of summation depend on the machine. The variable is read when NumPy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from wieder.cli.app import run  # importing typer takes longer than answering --version

    return run(arguments)


def _end_unexpectedly(error: Exception) -> int:
    if "Query interrupted" in str(error):
        # DuckDB raises this for Ctrl-C instead of a KeyboardInterrupt.
        return ExitCode.INTERRUPTED
    messages.show_bug(error)
    return ExitCode.BUG


if __name__ == "__main__":
    sys.exit(main())
