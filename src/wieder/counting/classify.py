"""Classification of orders (validity, amount, customer): the view on which everything else is based."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NewType

import duckdb

from wieder.counting.identity import find_persons
from wieder.database import script
from wieder.errors import UsageError
from wieder.ingest.conditions import Setting, condition_columns, refuse_non_boolean
from wieder.notices import Notice

if TYPE_CHECKING:
    from wieder.config import OrderRules, Settings
    from wieder.database import Connection
    from wieder.notices import Notify

OPTIONAL_COLUMNS = {
    "refunded_amount": "DECIMAL(18,4)", "refunded_at": "TIMESTAMP", "email": "VARCHAR", "phone": "VARCHAR",
    "shipping": "DECIMAL(18,4)", "tax": "DECIMAL(18,4)", "discount": "DECIMAL(18,4)",
    "is_test": "VARCHAR", "customer_group": "VARCHAR",
}  # fmt: skip
"""Canonical columns that may be missing, or text, in stores of older versions."""

NUMBER = "order_index"
"""Internal number of an order, not an attribute."""
EXCLUDED = "excluded."
"""Prefix of the class of orders that meet a condition under [orders.exclude]; its name follows."""

TEST_CASE = "when is_yes(o.is_test) then 'test'"
GROUP_CASE = (
    "when lower(trim(o.customer_group)) in (select customer_group from excluded_groups) then 'customer_group'"
)
REFUNDED_CASE = "when o.amount > 0 and is_refunded(o.refunded_amount, o.amount, s.class) then 'refunded'"
"""SQL for the rules that depend on the settings."""

EXAMPLE = "write a condition on columns of the orders, such as test = \"customer_id = 'test'\""


Classified = NewType("Classified", duckdb.DuckDBPyConnection)
"""A connection to canonical tables with the view `classified_orders`, which only `classify` makes."""


def classify(con: Connection, settings: Settings, notify: Notify) -> Classified:
    """Creates the view `classified_orders`: every order with the reason why it counts or not.

    Raises UsageError for a condition that is not boolean, for a part of the
    amount that no export has, and for customer groups if no order has one.
    """
    rules = settings.orders
    columns = _typed_columns(con)
    any_same = find_persons(con, f"(select {columns} from orders)", settings.identity, notify)
    con.execute(script("counting/state_classes"), _states(rules))
    con.execute(script("counting/excluded_groups"), {"groups": list(rules.excluded_groups)})
    any_tests = not rules.count_test and _is_known(con, "is_test", columns)
    needs_key = _check_conditions(con, columns, rules)
    view = script("counting/classified_orders").format(
        columns=columns,
        person="replace (coalesce(p.person, o.customer) as customer)" if any_same else "",
        persons="left join same_persons as p on p.customer = o.customer" if any_same else "",
        customer_id=", k.customer_key as customer_id" if needs_key else "",
        customer_keys="left join customer_keys as k on k.customer = o.customer" if needs_key else "",
        less="".join(f" - coalesce({part}, 0)" for part in rules.amount_less),
        excluded_by=_excluded_by(rules),
        test_or_group=" ".join([TEST_CASE] * any_tests + [GROUP_CASE] * bool(rules.excluded_groups)),
        refunded="" if rules.count_refunded else REFUNDED_CASE,
        zero_is_valid=str(rules.count_zero).lower(),
    )
    con.execute(view)
    con.execute(script("counting/order_classes"), {"classes": _classes(rules, any_tests=any_tests)})
    con.execute(script("counting/amount_parts").format(sums=_sums(rules)))
    _check_groups(con, rules, columns, notify)
    if any_tests:
        _notify_unclear_tests(con, notify)
    _check_amount_parts(con, rules, notify)
    _notify_odd_refunds(Classified(con), notify)
    return Classified(con)


def _states(rules: OrderRules) -> dict[str, list[str]]:
    """Class -> the states of its orders, under these rules."""
    return {
        "cancelled": list(rules.cancelled),
        "refunded": [] if rules.count_refunded else list(rules.refunded),
        "unpaid": [] if rules.count_unpaid else list(rules.unpaid),
    }


def _typed_columns(con: Connection) -> str:
    """SQL for all columns of `orders`; optional ones are cast to their types, or null if missing."""
    found = {name: kind for name, kind, *_ in con.execute("describe orders").fetchall()}
    retyped = [
        f"try_cast({name} as {kind}) as {name}"
        for name, kind in OPTIONAL_COLUMNS.items()
        if found.get(name, kind) != kind
    ]
    added = [
        f"cast(null as {kind}) as {name}" for name, kind in OPTIONAL_COLUMNS.items() if name not in found
    ]
    return ", ".join([f"* replace ({', '.join(retyped)})" if retyped else "*", *added])


def _classes(rules: OrderRules, *, any_tests: bool) -> list[str]:
    """The classes of orders that do not count, in the order of the bridge."""
    unpaid = [] if rules.count_unpaid else ["unpaid"]
    test = ["test"] if any_tests else []
    group = ["customer_group"] if rules.excluded_groups else []
    conditions = [EXCLUDED + name for name in rules.exclude]
    refunded = [] if rules.count_refunded else ["refunded"]
    return ["cancelled", *unpaid, *test, *group, *conditions, *refunded, "zero", "negative"]


def _is_known(con: Connection, column: str, columns: str = "*") -> bool:
    """Whether any order has a value in this column; `columns` are those of `_typed_columns`."""
    orders = f"(select {columns} from orders)"
    return bool(con.execute(f"select 1 from {orders} where {column} is not null limit 1").fetchall())


def _check_groups(con: Connection, rules: OrderRules, columns: str, notify: Notify) -> None:
    """Raises UsageError for excluded groups if no order has a group; gives a notice for each unused one."""
    if not rules.excluded_groups or not _is_known(con, "order_id"):
        return
    if not _is_known(con, "customer_group", columns):
        raise UsageError(
            "[orders] excluded_groups: no order has a customer_group",
            "map its column when the exports are loaded: --map customer_group=COLUMN",
        )
    absent = con.execute(
        "select g.customer_group from excluded_groups as g anti join classified_orders as o"
        " on lower(trim(o.customer_group)) = g.customer_group order by g.customer_group"
    ).fetchall()
    for (group,) in absent:
        message = f"[orders] excluded_groups: no order has the customer group {group!r}"
        notify(Notice("group-unknown", message, values={"group": group}))


def _notify_unclear_tests(con: Connection, notify: Notify) -> None:
    """Gives a notice if is_test contains words that are neither yes nor no."""
    [(n_orders, example)] = con.execute(
        "select count(*), min(is_test) from classified_orders"
        " where is_test is not null and is_yes(is_test) is null"
    ).fetchall()
    if n_orders:
        message = f"is_test is neither yes nor no for {n_orders:,} orders, such as {example!r}: they count"
        remedy = "map another column with --map is_test=COLUMN, or exclude them under [orders.exclude]"
        notify(Notice("test-orders-unclear", message, remedy, {"n": n_orders, "example": example}))


def _sums(rules: OrderRules) -> str:
    """SQL: one row per part that is deducted from the amounts: place, part and amount."""
    parts = [
        f"select {place} as place, '{part}' as part, coalesce(sum({part}), 0) as amount"
        " from classified_orders"
        for place, part in enumerate(rules.amount_less)
    ]
    return " union all ".join(parts) or "select 0 as place, '' as part, 0 as amount where false"


def _excluded_by(rules: OrderRules) -> str:
    """SQL: the class of the first condition that an order meets, or null."""
    cases = [f"when (\n{condition}\n) then '{EXCLUDED}{name}'" for name, condition in rules.exclude.items()]
    return f"case {' '.join(cases)} end" if cases else "cast(null as VARCHAR)"


def _check_conditions(con: Connection, columns: str, rules: OrderRules) -> bool:
    """Checks all conditions under [orders.exclude]; returns whether one of them uses the customer's key."""
    orders = (
        f"select o.*, k.customer_key as customer_id from (select {columns} from orders) as o"
        " left join customer_keys as k on k.customer = o.customer"
    )
    used = {
        column
        for name, condition in rules.exclude.items()
        for column in _check_condition(con, name, condition, orders)
    }
    return "customer_id" in used


def _check_condition(con: Connection, name: str, condition: str, orders: str) -> frozenset[str]:
    """The columns that a condition uses. Raises UsageError unless it can be evaluated for every order."""
    setting = Setting(name=f"[orders.exclude] {name}", remedy=EXAMPLE)
    if not re.fullmatch("[a-z0-9_]+", name):
        raise UsageError(f"{setting.name}: this name is not valid", "use only a-z, 0-9 and _")
    wanted = condition_columns(con, condition, setting)
    known = {column for column, *_ in con.execute(f"describe {orders}").fetchall()} - {NUMBER}
    if unknown := sorted(wanted - known):
        raise UsageError(
            f"{setting.name}: orders have no column {unknown[0]}",
            f"use one of {', '.join(sorted(known))}",
        )
    refuse_non_boolean(con, condition, orders, {}, setting)
    try:
        con.execute(f"select count(*) filter (where (\n{condition}\n)) from ({orders})").fetchall()
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise UsageError(
            f"{setting.name}: {condition!r} fails on an order ({str(error).splitlines()[0]})",
            "use try_cast, which returns null if a cast fails",
        ) from error
    return wanted


def _check_amount_parts(con: Connection, rules: OrderRules, notify: Notify) -> None:
    """Raises UsageError for a part of [orders] amount_less that no order has.

    Gives a notice for each part that only some orders lack.
    """
    for part in rules.amount_less:
        [(n_orders, n_known)] = con.execute(
            f"select count(*), count({part}) from classified_orders"
        ).fetchall()
        if n_orders and not n_known:
            raise UsageError(
                f"[orders] amount_less: the orders have no column {part}",
                f"map it when they are loaded: --map {part}=COLUMN, or remove it from amount_less",
            )
        if n_known < n_orders:
            message = f"{n_orders - n_known:,} orders have no {part}, and nothing is deducted from them"
            values = {"variant": part, "n": n_orders - n_known}
            notify(Notice("amount-part-unknown", message, values=values))


def _notify_odd_refunds(con: Classified, notify: Notify) -> None:
    """Gives notices for refunds above the amount, unknown or undated, if any export has refunds."""
    if not has_refunds(con):
        return
    [(n_orders, n_known, n_above, example, n_refunded, n_dated)] = con.execute(
        script("counting/odd_refunds")
    ).fetchall()
    if n_above:
        message = f"{n_above:,} orders have refunds above their amount, such as {example}"
        notify(
            Notice(
                "refund-above-order",
                f"{message}: only their amount is deducted",
                "correct the export, or map another column: --map refunded_amount=COLUMN",
                values={"n": n_above, "example": example},
            )
        )
    if n_known < n_orders:
        message = f"{n_orders - n_known:,} of {n_orders:,} orders come from files without refunds"
        values = {"n": n_orders - n_known, "all": n_orders}
        notify(Notice("refunds-unknown", f"{message}, and count as not refunded", values=values))
    if 0 < n_dated < n_refunded:
        message = f"{n_refunded - n_dated:,} of {n_refunded:,} refunds have no date"
        values = {"n": n_refunded - n_dated, "all": n_refunded}
        notify(Notice("refunds-undated", f"{message}, and are not in refunds by refund day", values=values))


def has_refunds(con: Classified) -> bool:
    """Whether any export has refunds."""
    query = "select 1 from classified_orders where refunded_amount is not null limit 1"
    return bool(con.execute(query).fetchall())
