"""Bad exports of an invented shop: the defect of each, the expected outcome, and the correct orders.

`python tests/ingest/corpus.py FOLDER` writes them.
"""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Row = tuple[str, ...]
Order = tuple[str, str | None, date, Decimal]
"""Order id, customer, day and amount."""

HEADER = ("order_id", "customer_id", "ordered_at", "amount", "name")
NAMES = ("Jörg Müller", "Zoë Ålund", "Anna Weiß", "Łukasz Żak", "Iñigo Peña")
WESTERN = ("Jörg Müller", "Zoë Ålund", "Anna Weiß", "Hélène Çelik", "Iñigo Peña")


@dataclass(frozen=True, kw_only=True)
class BadFile:
    """One bad export."""

    name: str
    what: str
    """Its defect."""
    content: bytes
    wanted: Literal["right", "reported", "refused"]
    """Right: exactly the orders of `truth`; reported: the same, and other rows are rejected; or refused."""
    says: str = ""
    """Slug of a notice, reason of a reject, or part of the error, as a regular expression."""
    truth: tuple[Order, ...]
    """The orders that can be read."""


def orders(names: Sequence[str] = NAMES) -> list[Row]:
    """Twenty orders of seven customers within a year; some days are above 12, and all amounts differ."""
    return [
        (
            f"B{1000 + n}", f"K{n % 7 + 1}", (date(2024, 1, 2) + timedelta(days=17 * n)).isoformat(),
            f"{Decimal(n * 4337 % 90_000 + 105) / 100:.2f}", f"{names[n % len(names)]} {n}",
        )
        for n in range(20)
    ]  # fmt: skip


def truth_of(rows: Iterable[Row]) -> tuple[Order, ...]:
    """The orders in rows of the plain form."""
    return tuple(
        (order, customer or None, date.fromisoformat(day), Decimal(amount))
        for order, customer, day, amount, *_ in rows
    )


TRUTH = truth_of(orders())


def text(rows: Iterable[Row], delimiter: str = ",", end: str = "\n", header: Row = HEADER) -> str:
    """The rows as an export without quotation marks."""
    return "".join(delimiter.join(row) + end for row in [header, *rows])


def with_cell(number: int, place: int, value: str) -> list[Row]:
    """The orders, with one cell replaced."""
    rows = orders()
    rows[number] = (*rows[number][:place], value, *rows[number][place + 1 :])
    return rows


def with_column(place: int, change: Callable[[str], str]) -> list[Row]:
    """The orders, with each cell of a column changed."""
    return [(*row[:place], change(row[place]), *row[place + 1 :]) for row in orders()]


def with_line(number: int, line: str, rows: list[Row] | None = None) -> str:
    """The orders as text, with a line inserted before a row."""
    lines = text(rows or orders()).splitlines()
    return "\n".join([*lines[: number + 1], line, *lines[number + 1 :], ""])


def without(*numbers: int) -> tuple[Order, ...]:
    """The truth without the orders that cannot be read."""
    return tuple(order for number, order in enumerate(TRUTH) if number not in numbers)


def right(
    name: str, what: str, content: str | bytes, says: str = "", truth: tuple[Order, ...] = TRUTH
) -> BadFile:
    return _bad(name, what, content, "right", says, truth)


def reported(
    name: str, what: str, content: str | bytes, says: str, truth: tuple[Order, ...] = TRUTH
) -> BadFile:
    return _bad(name, what, content, "reported", says, truth)


def refused(name: str, what: str, content: str | bytes, says: str) -> BadFile:
    return _bad(name, what, content, "refused", says, TRUTH)


def _bad(  # noqa: PLR0917  (the fields in the order in which they read well)
    name: str,
    what: str,
    content: str | bytes,
    wanted: Literal["right", "reported", "refused"],
    says: str,
    truth: tuple[Order, ...],
) -> BadFile:
    data = content.encode() if isinstance(content, str) else content
    return BadFile(name=name, what=what, content=data, wanted=wanted, says=says, truth=truth)


def encodings() -> Iterator[BadFile]:
    plain, western = text(orders()), text(orders(WESTERN))
    half = len(plain) // 2
    lines = western.splitlines(keepends=True)
    mixed = "".join(lines[:10]).encode() + "".join(lines[10:]).encode("latin-1")
    yield right("e01", "UTF-8 with a byte order mark", plain.encode("utf-8-sig"))
    yield right("e02", "UTF-16, little end first", codecs.BOM_UTF16_LE + plain.encode("utf-16-le"))
    yield right("e03", "UTF-16, big end first", codecs.BOM_UTF16_BE + plain.encode("utf-16-be"))
    yield right("e04", "Latin-1", western.encode("latin-1"), "encoding")
    yield right(
        "e05", "cp1252 with its own signs", western.replace(" 3", " – 3 €").encode("cp1252"), "encoding"
    )
    yield refused("e06", "UTF-16 without a mark", plain.encode("utf-16-le"), "NUL bytes")
    yield refused("e07", "half UTF-8, half Latin-1", mixed, "encodings are mixed")
    yield refused(
        "e08",
        "overlong UTF-8",
        plain.encode().replace("ß".encode(), b"\xc0\xaf"),
        "mixed|begins broken UTF-8",
    )
    yield refused(
        "e09",
        "a surrogate in UTF-8",
        text([("1", "K", "2024-01-20", "1", "x")]).encode() + b"\xed\xa0\x80",
        "ED",
    )
    yield refused(
        "e10", "truncated within a letter", plain.encode()[:half] + b"\xc3", "mixed|begins broken UTF-8"
    )
    yield right("e11", "decoded wrongly before", western.encode().decode("latin-1"), "encoded-twice")
    yield refused(
        "e12",
        "one byte that is invalid everywhere",
        western.encode("cp1252") + b"\x81\n",
        "81 is not valid cp1252",
    )
    yield refused("e13", "truncated UTF-16", plain.encode("utf-16")[:-1], "is not valid utf-16")
    yield refused("e14", "NUL bytes at the end", plain.encode() + bytes(4096), "NUL bytes")


def structures() -> Iterator[BadFile]:
    plain = text(orders())
    lines = plain.splitlines()
    yield right("s01", "nothing", plain)
    yield right("s02", "semicolons", text(orders(), ";"))
    yield right("s03", "tabs", text(orders(), "\t"))
    yield right("s04", "bars", text(orders(), "|"))
    yield right("s05", "a line that sets the delimiter", "sep=;\n" + text(orders(), ";"))
    yield right("s06", "CR LF", text(orders(), end="\r\n"))
    yield right("s07", "CR alone", text(orders(), end="\r"))
    yield right("s08", "LF and CR LF", plain.replace("\n", "\r\n", 9))
    yield refused(
        "s09", "one CR among LF", plain.replace("\n", "\r", 9).replace("\r", "\n", 8), "cannot be separated"
    )
    yield right("s10", "blank lines", "\n\n" + plain.replace("\n", "\n\n", 7))
    yield reported("s11", "blank rows of a spreadsheet", ",,,,\n" + with_line(9, ",,,,"), "blank-row")
    yield reported("s12", "a sum at the end", plain + "Summe,,,4242.42,\n", "footer")
    yield reported("s13", "a count at the end", plain + "20 record(s) downloaded\n", "footer")
    yield reported("s14", "the header again", with_line(9, lines[0]), "repeated-header")
    yield refused("s15", "no header", plain.partition("\n")[2], "fit no export|contains values")
    yield refused("s16", "no rows and no header", "", "empty")
    yield refused("s17", "blanks only", " \n\n  \n", "empty")
    yield right("s18", "no order at all", lines[0] + "\n", "no-rows", ())


def cells() -> Iterator[BadFile]:
    plain = text(orders())
    lines = plain.splitlines()
    quoted = "\n".join([lines[0], *(",".join(f'"{cell}"' for cell in row) for row in orders()), ""])
    yield refused(
        "s19",
        "two columns of one name",
        text([(*row, row[3]) for row in orders()], header=(*HEADER, "amount")),
        "the same name",
    )
    yield right(
        "s20",
        "a column without a name",
        text([(*row, "") for row in orders()], header=(*HEADER, "")),
        "nameless-column",
    )
    yield refused(
        "s21", "no amount", "\n".join(line.rpartition(",")[0].rpartition(",")[0] for line in lines), "amount"
    )
    yield reported(
        "s22", "one cell too many", text(with_cell(4, 4, "Weiß, Anna")), "too-many-cells", without(4)
    )
    yield reported("s23", "cells missing", with_line(20, "B9999,K1"), "too-few-cells", TRUTH)
    yield refused(
        "s24", "a quote that is never closed", text(with_cell(4, 4, '"Anna')), "contains the rows after it"
    )
    yield refused(
        "s25",
        "a closing quote lost among quoted cells",
        quoted.replace(' 4"', " 4", 1),
        "contains the rows after it",
    )
    yield right("s26", "a quote within a cell", text(with_cell(4, 4, 'Rohr 5" lang')))
    yield reported(
        "s27",
        "quotes escaped by a backslash",
        text(with_cell(4, 4, '"the \\"Rohr\\""')),
        "broken-quotes",
        without(4),
    )
    yield right("s28", "line breaks in quoted cells", text(with_cell(4, 4, '"Anna\n\nWeiß"')))
    yield reported(
        "s29", "cut in the middle of a row", plain[: plain.rindex(",K")], "too-few-cells", without(19)
    )
    yield right("s30", "cut before the last line end", plain[:-1], "no-final-newline")
    yield right("s31", "columns in another order", text([row[::-1] for row in orders()], header=HEADER[::-1]))
    yield refused("s32", "a line without end", text(with_cell(4, 4, "x" * 2_000_000)), "line is longer")
    yield right(
        "s33",
        "an order twice, equally",
        plain + lines[1].replace("1.05", "0.00") + "\n",
        "order-lines-summed",
    )


def dates() -> Iterator[BadFile]:
    def written(form: str, most: int = 31) -> list[Row]:
        return [
            (*row[:2], date.fromisoformat(row[2]).strftime(form), *row[3:])
            for row in orders()
            if date.fromisoformat(row[2]).day <= most
        ]  # fmt: skip

    mixed = [*orders()[:10], *written("%d.%m.%Y")[10:]]
    mistyped = with_cell(4, 2, "2064-03-10")
    early = tuple(order for order in TRUTH if order[2].day <= 12)
    yield right("d01", "day first, with dots", text(written("%d.%m.%Y")))
    yield right("d02", "day first, as some days show", text(written("%d/%m/%Y")))
    yield right("d03", "month first, as some days show", text(written("%m/%d/%Y")))
    yield refused(
        "d04", "day or month first", text(written("%d/%m/%Y", most=12)), "may have the day or the month first"
    )
    yield right("d05", "dots, and all days up to 12", text(written("%d.%m.%Y", most=12)), truth=early)
    yield reported(
        "d06", "two forms in one column", text(mixed), "ordered-at-unreadable", without(*range(10, 20))
    )
    yield refused("d07", "numbers of a spreadsheet", text(with_column(2, lambda _: "45292")), "is not a date")
    yield reported(
        "d08", "30 February", text(with_cell(4, 2, "2024-02-30")), "ordered-at-unreadable", without(4)
    )
    yield reported(
        "d09",
        "29 February of no leap year",
        text(with_cell(4, 2, "2023-02-29")),
        "ordered-at-unreadable",
        without(4),
    )
    yield reported(
        "d10", "the year 9999", text(with_cell(4, 2, "9999-12-31")), "ordered-at-unreadable", without(4)
    )
    yield right(
        "d11", "a typing error in the year", text(mistyped), "orders-after-export", truth_of(mistyped)
    )
    yield reported("d12", "no date", text(with_cell(4, 2, "")), "ordered-at-empty", without(4))
    yield reported("d13", "a word for no date", text(with_cell(4, 2, "n/a")), "ordered-at", without(4))
    yield reported(
        "d14", "year, day, month", text(with_cell(4, 2, "2024-31-01")), "ordered-at-unreadable", without(4)
    )
    yield reported(
        "d15",
        "an hour that there is not",
        text(with_cell(4, 2, "2024-03-10 25:00:00")),
        "ordered-at-unreadable",
        without(4),
    )


def money() -> Iterator[BadFile]:
    def comma(amount: str) -> str:
        return amount.replace(".", ",")

    def thousands(amount: str) -> str:
        return f"{Decimal(amount):,.2f}".translate(str.maketrans(",.", ".,"))

    def large(change: Callable[[str], str], delimiter: str = ";") -> str:
        rows = [(*row[:3], change(f"{1000 + n}.{n + 10}"), row[4]) for n, row in enumerate(orders())]
        return text(rows, delimiter)

    larger = tuple((*order[:3], Decimal(f"{1000 + n}.{n + 10}")) for n, order in enumerate(TRUTH))
    yield right("m01", "decimal commas", text(with_column(3, comma), ";"))
    yield right("m02", "points for thousands, decimal commas", large(thousands), truth=larger)
    yield right(
        "m03",
        "commas for thousands, quoted",
        large(lambda amount: f'"{Decimal(amount):,.2f}"', ","),
        truth=larger,
    )
    yield refused("m04", "1,000: a thousand or one", text(with_column(3, lambda _: "1,000"), ";"), "1,000")
    yield refused("m05", "1.000: a thousand or one", text(with_column(3, lambda _: "1.000")), "1.000")
    yield reported("m07", "a word", text(with_cell(4, 3, "gratis")), "amount-unreadable", without(4))
    yield reported("m08", "no amount", text(with_cell(4, 3, "")), "amount-empty", without(4))
    yield reported("m09", "not a number", text(with_cell(4, 3, "NaN")), "amount", without(4))
    yield reported("m10", "beyond all money", text(with_cell(4, 3, "1e309")), "amount-unreadable", without(4))
    yield reported(
        "m11", "too many decimals", text(with_cell(4, 3, "1.00001")), "amount-too-precise", without(4)
    )
    yield reported("m12", "hexadecimal", text(with_cell(4, 3, "0x1F")), "amount-unreadable", without(4))
    yield reported("m13", "an underscore", text(with_cell(4, 3, "1_000")), "amount-unreadable", without(4))
    yield reported(
        "m14", "digits of another script", text(with_cell(4, 3, "١٢")), "amount-unreadable", without(4)
    )
    yield reported(
        "m15", "one German amount", text(with_cell(4, 3, '"1.234,56"')), "amount-unreadable", without(4)
    )
    yield refused(
        "m16",
        "two currencies",
        text(
            [(*row, "EUR" if n % 2 else "CHF") for n, row in enumerate(orders())],
            header=(*HEADER, "currency"),
        ),
        "more than one currency",
    )


def keys() -> Iterator[BadFile]:
    def keyed(change: Callable[[str], str], meant: Callable[[str], str | None]) -> tuple[str, list[Order]]:
        """The orders with another key for each customer, made from the customer's number, and the truth."""
        truth = [(order, meant(str(customer)[1:]), day, amount) for order, customer, day, amount in TRUTH]
        return text(with_column(1, lambda key: change(key[1:]))), truth

    def null_of(number: str) -> str | None:
        return None if number == "3" else number

    long = "12345678901234567890{}".format
    cases: list[tuple[str, str, Callable[[str], str], Callable[[str], str | None], str]] = [
        ("k01", "leading zeros", "000{}".format, "000{}".format, ""),
        ("k02", "more digits than a float holds", long, long, ""),
        ("k03", "ids that became floats", "{}.0".format, str, ""),
        ("k04", "blanks around ids", "\u00a0{} ".format, str, "keys-padded"),
        ("k05", "e-mail addresses in two cases", "K{}@Shop.example".format, "k{}@shop.example".format, ""),
        ("k06", "times of day as ids", "10:0{}".format, "10:0{}".format, ""),
        ("k07", "guests", lambda _: "0", lambda _: None, "guest-key"),
        ("k08", "no customers", lambda _: "", lambda _: None, "no-customers"),
        ("k09", "the word NULL", lambda n: n.replace("3", "NULL"), null_of, "keys-null-word"),
    ]  # fmt: skip
    for name, what, change, meant, says in cases:
        content, truth = keyed(change, meant)
        yield right(name, what, content, says, tuple(truth))
    yield refused(
        "k10",
        "ids with an exponent",
        text(with_column(1, lambda key: f"1.23E+0{key[1:]}")),
        "truncated by a spreadsheet",
    )
    yield reported("k11", "no order id", text(with_cell(4, 0, "")), "order-id-empty", without(4))
    yield reported(
        "k12",
        "an order of two customers",
        with_line(20, "B1004,K9,2024-03-10,1.00,x"),
        "order-two-customers",
        without(4),
    )
    yield right(
        "k13",
        "order ids with a hash",
        text(with_column(0, lambda key: f"#{key}")),
        truth=tuple((f"#{order[0]}", *order[1:]) for order in TRUTH),
    )


def zipped(**members: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.csv", content)
    return archive.getvalue()


def hostile() -> Iterator[BadFile]:
    plain = text(orders())
    data = plain.encode()
    packed = gzip.compress(data, mtime=0)
    row = ",".join(orders()[3]).encode() + b"\n"
    evil = [
        "=HYPERLINK(1)",
        "<script>alert(1)</script>",
        "[/red]",
        "\x1b[31m",
        "'; drop table orders; --",
        "{{ 1 }}",
        "\u202e",
        "%s",
    ]
    yield right("h01", "names that mean something to programs", text(orders(evil)))
    yield right("h02", "gzip", packed)
    yield right("h03", "several gzip members", gzip.compress(data[:200]) + gzip.compress(data[200:]))
    yield refused("h04", "gzip with a wrong checksum", packed[:-8] + b"\0\0\0\0" + packed[-4:], "damaged")
    yield refused("h05", "gzip that is cut", packed[:-20], "is truncated")
    yield refused("h06", "bytes after gzip", packed + b"garbage", "damaged")
    yield refused(
        "h07", "a gzip bomb of rows", gzip.compress(data + row * 3_000_000, 1), "packed bytes expand to more"
    )
    yield refused("h08", "a gzip bomb of one cell", gzip.compress(data + b"x" * 3_000_000), "line is longer")
    yield right("h09", "an archive", zipped(orders=data))
    yield refused(
        "h10", "an archive of two files", zipped(orders=data, more=data), "must contain exactly one export"
    )
    yield refused("h11", "an archive that is cut", zipped(orders=data)[:-40], "cannot be unpacked")
    yield refused("h12", "JSON", '[{"order_id": 1}]', "JSON")
    yield refused("h13", "the page of a login", "<!doctype html><title>Login</title>", "HTML")
    yield refused("h14", "a PDF", "%PDF-1.7\n" + plain, "a PDF")
    yield refused("h15", "an old workbook", b"\xd0\xcf\x11\xe0" + bytes(500), "old Excel")
    yield refused("h16", "a database", b"SQLite format 3\0" + bytes(500), "SQLite")
    yield refused("h17", "Parquet that is cut", b"PAR1" + bytes(500), "cannot be read")
    yield refused(
        "h18", "thousands of columns", ",".join(f"c{n}" for n in range(3000)) + "\n" + plain, "not a header"
    )


def bad_files() -> list[BadFile]:
    """All of them."""
    return [*encodings(), *structures(), *cells(), *dates(), *money(), *keys(), *hostile()]


def main() -> None:
    """Write them into the folder given as argument."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for bad in bad_files():
        (folder / f"{bad.name}.csv").write_bytes(bad.content)


if __name__ == "__main__":
    main()
