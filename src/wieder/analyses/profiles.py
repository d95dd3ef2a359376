"""The customers of a shop at one moment: what they ordered until then, and which rule holds for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from wieder.conditions import Setting, condition_columns, refuse_non_boolean
from wieder.database import frame, quote, script
from wieder.errors import UsageError
from wieder.tables.schemes import SchemeName

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from wieder.database import Connection
    from wieder.tables.schemes import Scheme

REMEDY = 'write a condition over the customer, such as "Big spenders" = "revenue > 500 and orders >= 3"'


def customer_profiles(con: Connection, at: date, lookback_days: int, scheme: Scheme) -> pl.DataFrame:
    """One row per customer with a valid order before `at` (see sql/customer_profiles.sql).

    With `rule`, the place of the first rule that holds, where the scheme has
    rules. Needs `building.prepare`. Raises UsageError for a rule that is no condition.
    """
    moment = {"at": at, "lookback_days": lookback_days}
    if scheme.name is not SchemeName.RULES:
        return frame(con, script("customer_profiles"), moment)
    return _ruled_profiles(con, scheme, moment)


def _ruled_profiles(con: Connection, scheme: Scheme, moment: dict[str, Any]) -> pl.DataFrame:
    rows = _rows_for_rules(con, moment)
    for name, rule in zip(scheme.names, scheme.rules, strict=False):
        setting = Setting(name=f"[segments.rules] {name!r}", remedy=REMEDY)
        condition_columns(con, rule, setting)
        refuse_non_boolean(con, rule, rows, moment, setting)
    cases = " ".join(f"when (\n{rule}\n) then {place}" for place, rule in enumerate(scheme.rules, 1))
    query = f"select *, cast(case {cases} else {len(scheme.rules) + 1} end as integer) as rule from ({rows})"
    try:
        return frame(con, query, moment)
    except duckdb.ConversionException as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"[segments.rules]: a rule cannot be computed ({reason})", REMEDY) from error


def _rows_for_rules(con: Connection, moment: dict[str, Any]) -> str:
    profiles = script("customer_profiles")
    ours = {name for name, *_ in con.execute(f"describe {profiles}", moment).fetchall()}
    further = [name for name, *_ in con.execute("describe customers").fetchall() if name not in ours]
    columns = "".join(f", customers.{quote(name)}" for name in further if name != "average_order_value")
    return script("customer_rules").replace("{profiles}", profiles).replace("{further}", columns)


def prospects(con: Connection) -> int:
    """How many persons of the customer export have no valid order. Needs `building.prepare`."""
    return int(con.execute(script("prospects")).fetchall()[0][0])
