"""Laws that hold for every export, including those that are declared here."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from staging import stage_exports
from wieder.database import connect, quote
from wieder.exports import EXPORTS
from wieder.exports.base import Column, ColumnType, Export, Of
from wieder.exports.customers import CUSTOMERS
from wieder.exports.orders import ORDERS
from wieder.locale.text import Text
from wieder.notices import discard
from wieder.store.merge import merge
from wieder.store.tables import stored
from wieder.store.terms import NO_TERMS, Terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from staging import Row
    from wieder.database import Connection
    from wieder.notices import Notice, Notify
    from wieder.store.merge import LoadReport

LOADED_AT = datetime(2024, 6, 1, tzinfo=UTC)
NONE = Text(de="-", en="-")


def column(name: str, kind: ColumnType, **more: Any) -> Column:
    return Column(name=name, type=kind, meaning=NONE, **more)


REFUNDED = Export(
    name="refunds_made",
    place=81,
    grain=NONE,
    of=Of.ORDER,
    key=("refund_id",),
    day="refunded_at",
    amount="amount",
    columns=(
        column("refund_id", ColumnType.KEY, is_filled=True),
        ORDERS.column("order_id"),
        column("refunded_at", ColumnType.TIMESTAMP),
        column("amount", ColumnType.MONEY),
        ORDERS.column("currency"),
    ),
    identified_by=("refund_id",),
)
VISITS = Export(
    name="visits",
    place=82,
    grain=NONE,
    of=Of.CUSTOMER,
    day="visited_on",
    columns=(
        CUSTOMERS.column("customer_id"),
        column("visited_on", ColumnType.DAY),
        column("page", ColumnType.LABEL),
    ),
    identified_by=("visited_on",),
)
SPENDING = Export(
    name="spending",
    place=83,
    grain=NONE,
    of=Of.SHOP,
    replaces=("spent_on", "channel"),
    day="spent_on",
    amount="cost",
    columns=(
        column("spent_on", ColumnType.DAY),
        column("channel", ColumnType.LABEL),
        column("cost", ColumnType.MONEY),
    ),
    identified_by=("cost",),
)
DECLARED = {**EXPORTS, **{one.name: one for one in (REFUNDED, VISITS, SPENDING)}}
EVERY = pytest.mark.parametrize("export", DECLARED.values(), ids=list(DECLARED))
WITH_KEY = [one for one in DECLARED.values() if one.key or one.replaces]
FACTS = [one for one in DECLARED.values() if not (one.key or one.replaces)]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wieder.exports.EXPORTS", MappingProxyType(DECLARED))


@pytest.fixture
def con() -> Iterator[Connection]:
    with connect() as opened:
        yield opened


def row(export: Export, number: int, state: int = 0) -> Row:
    """The row `number`, one day after the row before; its amounts and texts depend on `state`."""
    values = {
        ColumnType.MONEY: Decimal(number) + Decimal(state) / 4,
        ColumnType.NUMBER: Decimal(number),
        ColumnType.TIMESTAMP: datetime(2024, 1, 1, 9) + timedelta(days=number),  # noqa: DTZ001
        ColumnType.DAY: date(2024, 1, 1) + timedelta(days=number),
        ColumnType.KEY: str(number),
        ColumnType.CODE: "EUR",
    }
    kept = {one.name: values.get(one.type, f"{state}") for one in export.columns if one.is_kept}
    owner = {"customer_key": f"K{number}"} if kept.pop("customer_id", None) else {}
    # Only these columns identify a row.
    named = {name: values.get(export.column(name).type, f"c{number}") for name in export.replaces}
    return {**kept, **owner, **named} | ({"n_rows": 1} if export.has_lines else {})


def rows(export: Export, first: int, last: int, state: int = 0) -> list[Row]:
    return [row(export, number, state) for number in range(first, last + 1)]


def load(
    con: Connection,
    export: Export,
    files: Mapping[str, Sequence[Row]],
    terms: Terms = NO_TERMS,
    notify: Notify = discard,
) -> LoadReport:
    stage_exports(con, {export: files})
    return merge(con, LOADED_AT, terms=terms, notify=notify)


def load_owners(con: Connection) -> None:
    """Orders 0 to 9 of the customers K0 to K9."""
    load(con, ORDERS, {"owners.csv": rows(ORDERS, 0, 9)})


def known(con: Connection, export: Export) -> Counter[tuple[Any, ...]]:
    """The rows of an export, from whichever file; orders and customers by their keys."""
    columns = [name for name in stored(export) if name not in {"load", "customer", "order_index", "state_at"}]
    owner = ", k.customer_key as owner" if export.has("customer_id") else ""
    join = "left join customer_keys as k on k.customer = t.customer" if owner else ""
    order = ", t.order_index is not null" if "order_index" in stored(export) else ""
    names = ", ".join(f"t.{quote(name)}" for name in columns) or "1"
    query = f"select {names}{owner}{order} from {quote(export.name)} as t {join}"
    return Counter(con.execute(query).fetchall())


def told(day: int) -> Terms:
    return Terms(exported_at=datetime(2024, 5, day))  # noqa: DTZ001


@EVERY
def test_the_same_file_twice_changes_nothing(export: Export, con: Connection) -> None:
    load(con, export, {"a.csv": rows(export, 0, 5)})
    before = known(con, export)
    load(con, export, {"again.csv": rows(export, 0, 5)})
    assert known(con, export) == before
    assert before.total() == 6


@EVERY
def test_all_loaded_rows_are_stored_with_their_load_and_time(export: Export, con: Connection) -> None:
    load(con, export, {"a.csv": rows(export, 0, 3)})
    load(con, export, {"b.csv": rows(export, 4, 5)})
    found = con.execute(
        f"select load, count(*), count(state_at) from {quote(export.name)} group by load order by 1"
    )
    assert found.fetchall() == [(1, 4, 4), (2, 2, 2)]


def overlapping(export: Export) -> dict[str, list[Row]]:
    """Three exports, each later than the one before, with newer states of its rows."""
    states = (0, 1, 2) if export.key or export.replaces else (0, 0, 0)
    spans = ((0, 3), (2, 5), (5, 7))
    return {
        f"{n}.csv": rows(export, *span, state)
        for n, (span, state) in enumerate(zip(spans, states, strict=True))
    }


@EVERY
def test_the_order_of_loads_does_not_matter(export: Export) -> None:
    files = overlapping(export)
    results = []
    for order in permutations(files):
        with connect() as con:
            for name in order:
                load(con, export, {name: files[name]}, told(1 + int(name[0])))
            results.append(known(con, export))
    assert all(result == results[0] for result in results)
    assert results[0].total() == 8


@pytest.mark.parametrize("export", [one for one in DECLARED.values() if one.day], ids=lambda one: one.name)
def test_the_order_of_files_does_not_matter_where_rows_have_a_day(export: Export) -> None:
    files = overlapping(export)
    results = []
    for order in permutations(files):
        for batches in ([order], [[name] for name in order]):
            with connect() as con:
                for batch in batches:
                    load(con, export, {name: files[name] for name in batch})
                results.append(known(con, export))
    assert all(result == results[0] for result in results)


@EVERY
def test_rows_and_money_are_accounted_for(export: Export, con: Connection) -> None:
    files = overlapping(export)
    load(con, export, {"0.csv": files["0.csv"], "2.csv": files["2.csv"]}, told(1))
    load(con, export, {"1.csv": files["1.csv"]}, told(2))
    load(con, export, {"0.csv": files["0.csv"]}, told(1))
    n_rows = "n_rows" if export.has_lines else "1"
    amount = quote(export.amount) if export.amount else "0"
    stored_rows = con.execute(f"select sum({n_rows}), sum({amount}) from {quote(export.name)}").fetchall()
    accounted = con.execute(
        "select sum(rows_read - rows_rejected - rows_left_out - rows_replaced),"
        " sum(amount_read - amount_rejected - amount_left_out - amount_replaced) from loads"
    ).fetchall()
    assert accounted == stored_rows


@EVERY
def test_a_known_owner_is_found_and_one_that_comes_later_too(export: Export) -> None:
    results = []
    for owners_first in (True, False):
        with connect() as con:
            if owners_first:
                load_owners(con)
            load(con, export, {"a.csv": rows(export, 0, 5)})
            if not owners_first:
                load_owners(con)
            results.append(known(con, export))
    assert results[0] == results[1]


@pytest.mark.parametrize(("export", "owner"), [(REFUNDED, "order"), (VISITS, "customer")])
def test_rows_without_an_owner_are_kept_and_said(export: Export, owner: str, con: Connection) -> None:
    load_owners(con)
    notices: list[Notice] = []
    load(con, export, {"a.csv": rows(export, 8, 12)}, notify=notices.append)
    assert [(one.slug, one.values["variant"], one.values["n"]) for one in notices] == [
        ("rows-without-owner", owner, 3)
    ]
    assert known(con, export).total() == 5
    assert con.execute("select count(*) from customer_keys").fetchall() == [(10,)]


@pytest.mark.parametrize("export", WITH_KEY, ids=lambda one: one.name)
def test_a_newer_file_replaces_rows_with_the_same_key(export: Export, con: Connection) -> None:
    load(con, export, {"old.csv": rows(export, 0, 3, state=0)}, told(1))
    load(con, export, {"new.csv": rows(export, 2, 3, state=1)}, told(2))
    load(con, export, {"late.csv": rows(export, 2, 2, state=2)}, told(1))
    found = con.execute(
        f"select load, count(*) from {quote(export.name)} group by load order by load"
    ).fetchall()
    assert found == [(1, 2), (2, 2)]


def test_a_file_replaces_all_rows_of_its_values_and_no_others(con: Connection) -> None:
    def spent(channel: str | None, *costs: int) -> list[Row]:
        return [{"spent_on": date(2024, 1, 1), "channel": channel, "cost": Decimal(cost)} for cost in costs]

    load(con, SPENDING, {"a.csv": [*spent("ads", 1, 2), *spent(None, 3), *spent("mail", 4)]}, told(1))
    load(con, SPENDING, {"b.csv": [*spent("ads", 5), *spent(None, 6, 7)]}, told(2))
    assert con.execute("select channel, cost from spending order by cost").fetchall() == [
        ("mail", 4),
        ("ads", 5),
        (None, 6),
        (None, 7),
    ]


@pytest.mark.parametrize("export", FACTS, ids=lambda one: one.name)
def test_equal_facts_count_as_often_as_in_the_file_that_has_them_most_often(
    export: Export, con: Connection
) -> None:
    one, other = row(export, 1), row(export, 2)
    load(con, export, {"a.csv": [one, one, other], "b.csv": [one]})
    load(con, export, {"c.csv": [one, one, one], "d.csv": [other]})
    load(con, export, {"e.csv": [other, one]})
    assert sorted(known(con, export).values()) == [1, 3]


def test_an_order_keeps_its_number_and_new_ones_follow_in_the_order_of_the_table(con: Connection) -> None:
    load(con, ORDERS, {"a.csv": [row(ORDERS, 5), row(ORDERS, 3)]})
    load(con, ORDERS, {"b.csv": [row(ORDERS, 4), row(ORDERS, 5, 1), row(ORDERS, 1)]})
    found = con.execute("select order_id, order_index from orders order by order_id").fetchall()
    assert found == [("1", 3), ("3", 1), ("4", 4), ("5", 2)]


def test_a_further_column_called_like_one_of_ours_gets_another_name(con: Connection) -> None:
    load(con, VISITS, {"a.csv": [row(VISITS, 1) | {"load": "heavy"}]})
    assert con.execute("select load, export_load from visits").fetchall() == [(1, "heavy")]


def test_two_currencies_of_two_exports_are_refused(con: Connection) -> None:
    from wieder.errors import DataError  # noqa: PLC0415

    load_owners(con)
    with pytest.raises(
        DataError, match="the orders and refunds_made are in more than one currency: CHF, EUR"
    ):
        load(con, REFUNDED, {"a.csv": [row(REFUNDED, 1) | {"currency": "CHF"}]})
