"""Good exports, damaged at random and loaded: `python -m tests.ingest.fuzz --seconds 600`.

A load may refuse a file or reject its rows; it must not crash, hang, or lose a
row without counting it. Files that fail are left in a folder, with their seed.
"""

from __future__ import annotations

import argparse
import faulthandler
import gzip
import io
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.config import Settings
from wieder.errors import WiederError
from wieder.notices import discard
from wieder.store.open import open_shop

if TYPE_CHECKING:
    from collections.abc import Callable

TIME_LIMIT = 30
"""Seconds for one file of some kilobytes, after which the process exits with a traceback."""

SNIPPETS = (
    b'"', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xfc", b"\xc3",
    b"\xef\xbb\xbf", b"\xff\xfe", b"=1+1", b"\\", b'""', b"sep=;\n", b"NaN", b"1e309",
    b"99999999999999999999", b"-", b"2024-02-30", b"\xe2\x80\xae", b"'; drop table orders; --", b"{}",
    b"%s", b"$1", b"[/red]", b"\x1b[31m",
)  # fmt: skip
"""Bytes with a special meaning to one of the libraries involved."""

ACCOUNTS = """
    select
        coalesce(sum(rows_read - rows_rejected - rows_left_out - rows_kept), 0) = 0
        and coalesce(sum(rows_rejected), 0) = (select count(*) from rejects)
        and coalesce(sum(rows_kept - rows_replaced) filter (table_name = 'orders'), 0)
            = (select coalesce(sum(n_rows), 0) from orders)
        and coalesce(sum(rows_kept - rows_merged - orders_kept) filter (table_name = 'orders'), 0) = 0
    from loads
"""


def _rows(number: int = 24) -> list[list[str]]:
    """An invented export of nine customers, its header first."""
    header = ["order_id", "customer_id", "ordered_at", "amount", "status", "name"]
    rows = []
    for n in range(1, number):
        day = f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}"
        status = "paid" if n % 7 else "cancelled"
        rows.append([f"O{n:04}", f"C{n % 9}", day, f"{n * 7919 % 100_000 / 100:.2f}", status, f"Jörg {n}"])
    return [header, *rows]


def _text(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(row) + end for row in rows)


def _german() -> list[list[str]]:
    names = ["Bestellnummer", "Kundennummer", "Datum", "Betrag", "Status", "Name"]
    rows = [
        [order, customer, ".".join(reversed(day.split("-"))), amount.replace(".", ","), *rest]
        for order, customer, day, amount, *rest in _rows()[1:]
    ]
    return [names, *rows]


def _quoted() -> str:
    header, *rows = _rows()
    lines = [
        ",".join(f'"{cell}, said ""x""\nand more"' if n == 5 else f'"{cell}"' for n, cell in enumerate(row))
        for row in rows
    ]
    return "\n".join([",".join(header), *lines, ""])


def _zipped(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("orders.csv", content)
    return archive.getvalue()


def good_files() -> dict[str, bytes]:
    """Exports in several forms, by name."""
    plain = _text(_rows()).encode()
    lines = [["order_id", "customer_id", "ordered_at", "quantity", "unit_price"]]
    lines += [
        [f"O{n // 3}", f"C{n // 9}", "2024-05-01 12:30:00", str(n % 4 + 1), f"{n}.95"] for n in range(30)
    ]
    customers = [["customer_id", "country"], *([f"C{n}", "DE"] for n in range(20))]
    footer = [*_german(), ["", "", "", "", "", ""], ["Summe", "", "", "1.234,50", "", ""]]
    return {
        "plain": plain,
        "german": _text(footer, ";", "\r\n").encode("utf-8-sig"),
        "cp1252": _text(_german(), ";", "\r\n").encode("cp1252"),
        "utf-16": _text(_german(), "\t", "\r\n").encode("utf-16"),
        "sep": ("sep=;\n" + _text(_german(), ";")).encode(),
        "macintosh": _text(_rows(), "|", "\r").encode(),
        "quoted": _quoted().encode(),
        "lines": _text(lines).encode(),
        "customers": _text(customers).encode(),
        "gzip": gzip.compress(plain, mtime=0),
        "zip": _zipped(plain),
    }


def _flip(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _cut_off(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def _cut_out(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    del content[start : start + chance.randint(1, 60)]


def _insert(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content) + 1)
    content[start:start] = chance.choice(SNIPPETS)


def _repeat_line(content: bytearray, chance: random.Random) -> None:
    lines = content.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    content[:] = b"".join(lines)


def _swap_delimiter(content: bytearray, chance: random.Random) -> None:
    old, new = chance.sample([b",", b";", b"\t", b"|", b" "], 2)
    content[:] = content.replace(old, new, chance.choice([-1, 1, 7]))


def _quote(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    content[start:start] = b'"'
    stop = min(len(content), start + chance.randint(1, 200))
    content[stop:stop] = b'"' * chance.randint(0, 1)


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _cut_off, _cut_out, _insert, _insert, _repeat_line, _swap_delimiter, _quote,
)  # fmt: skip


def mutated(content: bytes, seed: str) -> bytes:
    """`content` with one to four random damages, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  (no secret)
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        if damaged:
            chance.choice(MUTATIONS)(damaged, chance)
    return bytes(damaged)


def outcome(path: Path) -> str:
    """Outcome of a load: loaded, rejected in part, or refused. Raises AssertionError for a lost row."""
    try:
        with open_shop([str(path)], Settings(), None, discard) as con:
            [(is_even,)] = con.execute(ACCOUNTS).fetchall()
            [(rejected,)] = con.execute("select count(*) from rejects").fetchall()
    except WiederError:
        return "refused"
    if not is_even:
        raise AssertionError("the rows read are not the sum of those kept, merged or rejected")
    return "rejected in part" if rejected else "loaded"


def fuzz(folder: Path, seconds: float, seed: int) -> tuple[Counter[str], list[str]]:
    """Damages and loads files for `seconds`; returns the number of files per outcome, and the failures."""
    outcomes: Counter[str] = Counter()
    failures = []
    files = list(good_files().items())
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = outcomes.total()
        name, content = files[number % len(files)]
        path = folder / f"{name}-{seed}-{number}.csv"
        path.write_bytes(mutated(content, f"{seed}-{number}"))
        faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
        try:
            outcomes[outcome(path)] += 1
            path.unlink()
        except Exception:  # noqa: BLE001  (any exception is a finding)
            outcomes["failed"] += 1
            failures.append(f"{path}\n{traceback.format_exc()}")
        finally:
            faulthandler.cancel_dump_traceback_later()
    return outcomes, failures


def main() -> int:
    """Fuzz, print what was found, and exit with 1 if something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.ingest.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="folder for the files that failed")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="wieder-fuzz-"))
    outcomes, failures = fuzz(folder, given.seconds, given.seed)
    for failure in failures[:20]:
        sys.stdout.write(f"{failure}\n")
    sys.stdout.write(f"{outcomes.total():,} files: {dict(outcomes)}\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
