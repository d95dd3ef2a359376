"""Reduction to one currency, by filter or by exchange rates; amounts in two currencies are never added."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from wieder.database import Connection, script
from wieder.errors import AmbiguousError, DataError, SettingChoice, UsageError
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
"""Days for which a rate is valid: enough for monthly rates, too few for a file that is out of date."""

REMEDY = "write lines such as 2024-01-31,CHF,1.0523 below the header date,currency,rate; date is optional"

RATES = "create or replace temp table rates (currency VARCHAR, valid_from DATE, rate DECIMAL(18, 8))"


def wanted_currency(settings: Settings) -> str:
    """The currency to keep or convert into, in upper case; empty if the settings have none.

    Raises UsageError if it is not an ISO code, and for exchange rates without a currency.
    """
    currency = settings.input.currency.upper()
    if currency and not re.fullmatch("[A-Z]{3}", currency):
        raise UsageError(
            f"--currency {settings.input.currency} is not an ISO code", "use three letters: --currency EUR"
        )
    if settings.input.rates and not currency:
        raise UsageError("--rates needs a currency to convert into", "add it, such as --currency EUR")
    return currency


def kept_currency(settings: Settings) -> str:
    """The currency to which rows are filtered; empty without a filter, also if rows are converted."""
    return "" if settings.input.rates else wanted_currency(settings)


def unify_currencies(
    con: Connection, export: Export, files: Sequence[File], settings: Settings, notify: Notify
) -> None:
    """Sets the currency of files without one, and converts rows in other currencies if there are rates.

    Raises DataError for a kept row without an exchange rate, and UsageError for
    rates that cannot be read.
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
        message = (
            f"{file.opened.name} has no currency column: its {export.name} are assumed to be in {currency}"
        )
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
            f"{rates}: {n_rows:,} rows have no exchange rate, the first in {code} on {day}"
            f" (a rate is valid for {MAXIMUM_RATE_AGE} days)",
            f"add a line such as {day},{code},1.0523, or keep one currency only: drop --rates",
        )
    try:
        con.execute(_script("convert", export), {"currency": currency})
    except duckdb.ConversionException as error:
        raise DataError(f"{rates}: an amount is too large when converted", "correct the rates") from error
    for code, n_rows in con.execute(
        "select currency, count(*) from rated_rows group by currency order by currency"
    ).fetchall():
        message = f"{n_rows:,} rows in {code} were converted into {currency}"
        values = {"n": n_rows, "code": code, "currency": currency}
        notify(Notice("currency-converted", message, values=values))


def _script(name: str, export: Export) -> str:
    """SQL script applied to the staged rows of `export`."""
    money = [column.name for column in export.columns if column.type is ColumnType.MONEY and column.is_kept]
    amounts = ", ".join(f"{name} = converted({name}, r.rate)" for name in money)
    return script(f"ingest/{name}").format(table=f"staged_{export.name}", day=export.day, amounts=amounts)


def _read_rates(path: Path) -> Iterator[tuple[str, date, Decimal]]:
    """Yields currency, first day and rate of each line. Raises UsageError for an invalid line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            lines.fieldnames = [fold(name) for name in lines.fieldnames or ()]
            if not {"currency", "rate"} <= set(lines.fieldnames):
                raise UsageError(f"{path}: the columns currency and rate are missing", REMEDY)
            for line in lines:
                yield _rate(f"{path}, line {lines.line_num}", line)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: the rates cannot be read ({error})", REMEDY) from error


def _rate(where: str, line: Mapping[str, Any]) -> tuple[str, date, Decimal]:
    try:
        code, rate = str(line["currency"]).strip().upper(), Decimal(str(line["rate"]).strip())
        first = date.fromisoformat(str(line["date"]).strip()) if "date" in line else date.min
    except (InvalidOperation, ValueError) as error:
        raise UsageError(f"{where}: this is not an exchange rate", REMEDY) from error
    if not re.fullmatch("[A-Z]{3}", code) or not rate.is_finite() or not 0 < rate < 10**9:
        raise UsageError(f"{where}: this is not an exchange rate", REMEDY)
    if rate != rate.quantize(Decimal("1e-8")):
        raise UsageError(f"{where}: the rate has more than eight decimals", REMEDY)
    return code, first, rate


def refuse_mixed_currencies(con: Connection, export: Export) -> None:
    """Raises an error if the rows are in more than one currency.

    AmbiguousError if rows name several, DataError if only some rows name one.
    """
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
            f"keep one: --currency {named[0][0]}, or convert the others: --currency {named[0][0]}"
            " --rates rates.csv",
            (SettingChoice(("input", "currency"), currency) for currency, _ in named),
        )
    if named and len(rows) > 1:
        unnamed = next(number for currency, number in rows if currency is None)
        raise DataError(
            f"{unnamed:,} rows of {export.name} have no currency, the others are in {named[0][0]}",
            "add their currency to the file"
            + (", or drop these rows: --where 'currency is not null'" if export is ORDERS else ""),
        )
