"""The `wieder` command: from the command line to an exit code."""

from __future__ import annotations

import os
import signal
import sys

from wieder import __version__
from wieder.delivery import messages, output
from wieder.errors import ExitCode, WiederError


def main() -> int:
    """Run the command line and give its exit code; every problem ends here."""
    if hasattr(signal, "SIGPIPE"):
        # Python turns a closed pipe into an exception, which Polars and DuckDB each wrap in their own.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        return _answer(sys.argv[1:])
    except WiederError as error:
        messages.show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  the one place where our own bugs are caught
        return _end_unexpectedly(error)


def _answer(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        output.write(f"wieder {__version__}\n".encode(), output.STDOUT)
        return ExitCode.OK
    # NumPy sums with as many threads as there are cores: no faster here, at twice the processor time, and
    # in an order that differs by machine. It reads this when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from wieder.cli.app import run  # typer takes longer to import than --version to answer

    return run(arguments)


def _end_unexpectedly(error: Exception) -> int:
    if "Query interrupted" in str(error):
        # What DuckDB raises for Ctrl-C instead of a KeyboardInterrupt.
        return ExitCode.INTERRUPTED
    messages.show_bug(error)
    return ExitCode.BUG


if __name__ == "__main__":
    sys.exit(main())
