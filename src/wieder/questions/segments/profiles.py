"""Profiles of the customers before a given day, with the user's rule that applies to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from wieder.database import frame, quote, script
from wieder.errors import UsageError
from wieder.exports.customers import CUSTOMERS
from wieder.ingest.conditions import Setting, condition_columns, refuse_non_boolean
from wieder.questions.segments.schemes import SchemeName

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from wieder.asking.asked import Asked
    from wieder.questions.segments.schemes import Scheme

REMEDY = 'write a condition over the customer, such as "Big spenders" = "revenue > 500 and orders >= 3"'


def customer_profiles(asked: Asked, at: date, scheme: Scheme) -> pl.DataFrame:
    """Return one row per customer with a valid order before `at` (see customer_profiles.sql).

    If the scheme has rules, the column `rule` is the place of the first rule that is true.
    Raises UsageError for a rule that is not a condition.
    """
    parameters: dict[str, Any] = {"at": at, "lookback_days": asked.settings.segments.lookback_days}
    if scheme.name is not SchemeName.RULES:
        return asked.query("questions/segments/customer_profiles", **parameters)
    return _ruled_profiles(asked, scheme, parameters)


def _ruled_profiles(asked: Asked, scheme: Scheme, parameters: dict[str, Any]) -> pl.DataFrame:
    con, rows = asked.connected(), _rows_for_rules(asked, parameters)
    for name, rule in zip(scheme.names, scheme.rules, strict=False):
        setting = Setting(name=f"[segments.rules] {name!r}", remedy=REMEDY)
        condition_columns(con, rule, setting)
        refuse_non_boolean(con, rule, rows, parameters, setting)
    cases = " ".join(f"when (\n{rule}\n) then {place}" for place, rule in enumerate(scheme.rules, 1))
    query = f"select *, cast(case {cases} else {len(scheme.rules) + 1} end as integer) as rule from ({rows})"
    try:
        return frame(con, query, parameters)
    except duckdb.ConversionException as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"[segments.rules]: a rule cannot be computed ({reason})", REMEDY) from error


def _rows_for_rules(asked: Asked, parameters: dict[str, Any]) -> str:
    profiles = script("questions/segments/customer_profiles")
    con = asked.connected()
    ours = {name for name, *_ in con.execute(f"describe {profiles}", parameters).fetchall()}
    ours |= CUSTOMERS.stored.keys()
    further = [name for name, *_ in con.execute("describe customers").fetchall() if name not in ours]
    columns = "".join(f", customers.{quote(name)}" for name in further if name != "average_order_value")
    return (
        script("questions/segments/customer_rules")
        .replace("{profiles}", profiles)
        .replace("{further}", columns)
    )
