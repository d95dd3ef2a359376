"""One currency: the one that is kept, or the one that a file of rates converts into; never a sum of two."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from wieder.database import Connection, script
from wieder.errors import AmbiguousError, DataError, UsageError, WayOut
from wieder.exports.base import ColumnType
from wieder.exports.names import fold
from wieder.exports.orders import ORDERS
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wieder.config import Settings
    from wieder.exports.base import Export
    from wieder.ingest.layout import File
    from wieder.notices import Notify

MAXIMUM_RATE_AGE = 31
"""Days for which a rate holds: rates of a month do, and a file that was forgotten does not."""

REMEDY = "write lines such as 2024-01-31,CHF,1.0523 under date,currency,rate, or without dates"

RATES = "create or replace temp table rates (currency VARCHAR, valid_from DATE, rate DECIMAL(18, 8))"


def wanted_currency(settings: Settings) -> str:
    """The currency that is kept or converted into, in upper case; empty if the settings name none.

    Raises UsageError for one that is no ISO code, and for rates without a currency.
    """
    currency = settings.input.currency.upper()
    if currency and not re.fullmatch("[A-Z]{3}", currency):
        raise UsageError(
            f"--currency {settings.input.currency} is no currency", "write its ISO code, such as EUR"
        )
    if settings.input.rates and not currency:
        raise UsageError("--rates: into which currency?", "say so with --currency, such as --currency EUR")
    return currency


def kept_currency(settings: Settings) -> str:
    """The currency of the orders that are kept; empty if all are, as they are or converted."""
    return "" if settings.input.rates else wanted_currency(settings)


def unify_currencies(
    con: Connection, export: Export, files: Sequence[File], settings: Settings, notify: Notify
) -> None:
    """Takes files that name no currency as the settings say, and converts the others if there are rates.

    Raises DataError for a kept row without a rate, and UsageError for rates
    that cannot be read.
    """
    currency = wanted_currency(settings)
    if not currency or not export.has("currency"):
        return
    for file in files:
        if file.layout.has("currency"):
            continue
        con.execute(
            f"update staged_{export.name} set currency = $currency where file_number = $number",
            {"currency": currency, "number": file.number},
        )
        message = f"{file.opened.name} names no currency, its {export.name} are in {currency}"
        values = {"file": file.opened.name, "currency": currency, "variant": export.name}
        notify(Notice("currency-assumed", message, values=values))
    if settings.input.rates:
        _convert(con, export, currency, settings.input.rates, notify)


def _convert(con: Connection, export: Export, currency: str, rates: str, notify: Notify) -> None:
    con.execute(RATES)
    con.executemany("insert into rates values (?, ?, ?)", list(_read_rates(Path(rates))))
    parameters = {"currency": currency, "maximum_age": MAXIMUM_RATE_AGE}
    con.execute(_script("rated_rows", export), parameters)
    missing = con.execute(
        "select currency, day, count(*) over () from rated_rows where rate is null order by 2, 1 limit 1"
    ).fetchall()
    for code, day, n_rows in missing:
        raise DataError(
            f"{rates}: there is no rate for {code} on {day}, nor in the {MAXIMUM_RATE_AGE} days before,"
            f" and {n_rows:,} rows need one",
            "add it, or leave rates out to keep one currency only",
        )
    try:
        con.execute(_script("convert", export), {"currency": currency})
    except duckdb.ConversionException as error:
        raise DataError(f"{rates}: an amount is too large when converted", "check the rates") from error
    for code, n_rows in con.execute(
        "select currency, count(*) from rated_rows group by currency order by currency"
    ).fetchall():
        message = f"{n_rows:,} rows in {code} are converted into {currency}"
        values = {"n": n_rows, "code": code, "currency": currency}
        notify(Notice("currency-converted", message, values=values))


def _script(name: str, export: Export) -> str:
    """The script over the staged rows of `export`."""
    money = [column.name for column in export.columns if column.type is ColumnType.MONEY and column.is_kept]
    amounts = ", ".join(f"{name} = converted({name}, r.rate)" for name in money)
    return script(f"ingest/{name}").format(table=f"staged_{export.name}", day=export.day, amounts=amounts)


def _read_rates(path: Path) -> Iterator[tuple[str, date, Decimal]]:
    """Currency, first day and rate of each line. Raises UsageError for a line that is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            lines.fieldnames = [fold(name) for name in lines.fieldnames or ()]
            if not {"currency", "rate"} <= set(lines.fieldnames):
                raise UsageError(f"{path}: there are no columns currency and rate", REMEDY)
            for line in lines:
                yield _rate(f"{path}, line {lines.line_num}", line)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: the rates cannot be read ({error})", REMEDY) from error


def _rate(where: str, line: Mapping[str, Any]) -> tuple[str, date, Decimal]:
    try:
        code, rate = str(line["currency"]).strip().upper(), Decimal(str(line["rate"]).strip())
        first = date.fromisoformat(str(line["date"]).strip()) if "date" in line else date.min
    except (InvalidOperation, ValueError) as error:
        raise UsageError(f"{where}: this is no rate", REMEDY) from error
    if not re.fullmatch("[A-Z]{3}", code) or not rate.is_finite() or not 0 < rate < 10**9:
        raise UsageError(f"{where}: this is no rate", REMEDY)
    if rate != rate.quantize(Decimal("1e-8")):
        raise UsageError(f"{where}: the rate has more than eight decimals", REMEDY)
    return code, first, rate


def refuse_mixed_currencies(con: Connection, export: Export) -> None:
    """Raises an error if the rows are in more than one currency, for they are never added."""
    if not export.has("currency"):
        return
    rows = con.execute(
        f"select currency, count(*) from staged_{export.name}"
        " group by currency order by count(*) desc, currency"
    ).fetchall()
    named = [(currency, number) for currency, number in rows if currency is not None]
    if len(named) > 1:
        found = ", ".join(f"{currency} ({number:,} rows)" for currency, number in named)
        raise AmbiguousError(
            f"the {export.name} are in more than one currency: {found}",
            f"keep one with --currency {named[0][0]}, or convert the others with --rates FILE as well",
            (WayOut(("input", "currency"), currency) for currency, _ in named),
        )
    if named and len(rows) > 1:
        unnamed = next(number for currency, number in rows if currency is None)
        raise DataError(
            f"{unnamed:,} rows have no currency and the others are in {named[0][0]}",
            "say what they are: mend the file"
            + (', or leave them out with where = "currency is not null"' if export is ORDERS else ""),
        )
