from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staging import Row, order, stage
from wieder.database import connect
from wieder.errors import DataError
from wieder.notices import discard
from wieder.store.merge import Counts, LoadReport, merge
from wieder.store.tables import canonical_tables
from wieder.store.terms import NO_TERMS, Terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wieder.database import Connection
    from wieder.notices import Notice, Notify

LOADED_AT = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def con() -> Iterator[Connection]:
    with connect() as opened:
        yield opened


def load(
    con: Connection,
    *,
    orders: Mapping[str, Sequence[Row]] | None = None,
    customers: Mapping[str, Sequence[Row]] | None = None,
    terms: Terms = NO_TERMS,
    notify: Notify = discard,
) -> LoadReport:
    stage(con, orders or {}, customers or {})
    return merge(con, LOADED_AT, terms=terms, notify=notify)


def rows(con: Connection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def test_orders_are_sorted_by_customer_then_time_with_anonymous_ones_last(con: Connection) -> None:
    export = [
        order("9", None, "2024-01-01", "1"),
        order("3", "B", "2024-01-02", "1"),
        order("2", "A", "2024-01-03", "1"),
        order("4", "A", "2024-01-02", "1"),
        order("1", "A", "2024-01-03", "1"),
    ]
    load(con, orders={"a.csv": export})
    assert rows(con, "select order_id, customer from orders") == [
        ("4", 1),
        ("1", 1),
        ("2", 1),
        ("3", 2),
        ("9", None),
    ]


def test_the_day_of_an_order_and_exact_money_are_kept(con: Connection) -> None:
    late = order("1", "A", "2024-02-29T23:59:59", "19.9999", status="paid", currency="EUR", n_rows=2)
    load(con, orders={"a.csv": [late]})
    assert rows(con, "select order_id, customer, amount, status, currency, n_rows, load from orders") == [
        ("1", 1, Decimal("19.9999"), "paid", "EUR", 2, 1)
    ]
    assert rows(con, "select ordered_at, ordered_on from orders") == [(late["ordered_at"], date(2024, 2, 29))]


def test_new_customers_are_numbered_by_key_and_known_ones_keep_their_number(con: Connection) -> None:
    load(con, orders={"a.csv": [order("1", "M", "2024-01-01", "1"), order("2", "B", "2024-01-01", "1")]})
    load(
        con,
        orders={"b.csv": [order("3", "A", "2024-01-01", "1"), order("4", "M", "2024-01-01", "1")]},
        customers={"k.csv": [{"customer_key": "00A"}]},
    )
    assert rows(con, "from customer_keys") == [(1, "B"), (2, "M"), (3, "00A"), (4, "A")]
    assert rows(con, "select order_id, customer from orders") == [("2", 1), ("1", 2), ("4", 2), ("3", 4)]


def test_an_order_exported_again_replaces_the_older_one_as_a_whole(con: Connection) -> None:
    load(
        con,
        orders={
            "a.csv": [
                order("1", "A", "2024-01-01", "30", n_rows=3, note="old"),
                order("2", "A", "2024-01-05", "7"),
            ]
        },
    )
    report = load(con, orders={"b.csv": [order("1", "B", "2024-01-08", "20", n_rows=2)]})
    assert rows(con, "select order_id, customer, amount, n_rows, load, note from orders") == [
        ("2", 1, Decimal(7), 1, 1, None),
        ("1", 2, Decimal(20), 2, 2, None),
    ]
    counts = report.total("orders")
    assert (counts.orders_replaced, counts.rows_replaced, counts.amount_replaced) == (1, 3, Decimal(30))


def test_an_order_in_two_files_of_one_load_counts_once_in_its_last_state(con: Connection) -> None:
    first = [order("1", "A", "2024-01-02", "30", n_rows=3), order("2", "A", "2024-01-01", "5")]
    report = load(
        con,
        orders={
            "a.csv": first,
            "b.csv": [order("1", "A", "2024-01-02", "10")],
            "c.csv": [order("1", "A", "2024-01-02", "20", n_rows=2)],
        },
    )
    assert rows(con, "select order_id, amount, n_rows from orders order by order_id") == [
        ("1", Decimal(20), 2),
        ("2", Decimal(5), 1),
    ]
    replaced = [
        (f.file, f.counts.orders_replaced, f.counts.rows_replaced, f.counts.amount_replaced)
        for f in report.files
    ]
    assert replaced == [
        ("a.csv", 0, 0, Decimal(0)),
        ("b.csv", 1, 3, Decimal(30)),
        ("c.csv", 1, 1, Decimal(10)),
    ]


def test_columns_of_any_export_are_kept_and_null_elsewhere(con: Connection) -> None:
    load(
        con,
        orders={"a.csv": [order("1", "A", "2024-01-01", "1", channel="web")]},
        customers={"k.csv": [{"customer_key": "A", "city": "Ulm"}]},
    )
    load(
        con,
        orders={"b.csv": [order("2", "A", "2024-01-02", "1", country="AT")]},
        customers={"m.csv": [{"customer_key": "B", "tier": "gold"}]},
    )
    load(con, orders={"c.csv": [order("3", "A", "2024-01-03", "1")]})
    assert rows(con, "select order_id, channel, country from orders") == [
        ("1", "web", None),
        ("2", None, "AT"),
        ("3", None, None),
    ]
    assert rows(con, "select customer, city, tier from customers") == [(1, "Ulm", None), (2, None, "gold")]


def test_a_column_called_like_one_of_ours_gets_another_name(con: Connection) -> None:
    export = [
        order(
            "1",
            "A",
            "2024-01-01",
            "1",
            load="heavy",
            ordered_on="Monday",
            export_load="light",
        )
    ]
    load(con, orders={"a.csv": export}, customers={"k.csv": [{"customer_key": "A", "customer": "Ann"}]})
    assert rows(con, "select load, export_export_load, export_load, export_ordered_on from orders") == [
        (1, "heavy", "light", "Monday")
    ]
    assert rows(con, "select customer, export_customer from customers") == [(1, "Ann")]


def test_a_customer_described_again_is_described_by_the_later_export(con: Connection) -> None:
    load(
        con,
        customers={"k.csv": [{"customer_key": "A", "city": "Ulm"}, {"customer_key": "B", "city": "Bonn"}]},
    )
    load(con, customers={"m.csv": [{"customer_key": "A", "city": "Köln"}]})
    assert rows(con, "select customer, city from customers") == [(1, "Köln"), (2, "Bonn")]


def test_a_customer_described_late_by_an_older_export_keeps_the_newer_description(con: Connection) -> None:
    told = [Terms(exported_at=datetime(2024, 3, day)) for day in (1, 9)]  # noqa: DTZ001  (the shop's time)
    load(con, customers={"new.csv": [{"customer_key": "A", "city": "Köln"}]}, terms=told[1])
    old = [{"customer_key": "A", "city": "Ulm"}, {"customer_key": "B", "city": "Bonn"}]
    load(con, customers={"old.csv": old}, terms=told[0])
    assert rows(con, "select customer, city from customers") == [(1, "Köln"), (2, "Bonn")]
    load(con, customers={"today.csv": [{"customer_key": "A", "city": "Trier"}]})
    assert rows(con, "select customer, city from customers") == [(1, "Trier"), (2, "Bonn")]


def test_the_report_adds_up_the_files_of_a_load(con: Connection) -> None:
    files = {
        "b.csv": [order("1", "A", "2024-01-01", "3.50", n_rows=3)],
        "a.csv": [order("2", "B", "2024-01-01", "1.25")],
    }
    report = load(con, orders=files, customers={"k.csv": [{"customer_key": "C"}]})
    assert [(file.file, file.table_name) for file in report.files] == [
        ("a.csv", "orders"),
        ("b.csv", "orders"),
        ("k.csv", "customers"),
    ]
    assert report.total("orders") == Counts(
        rows_read=4, rows_kept=4, rows_merged=2, orders_kept=2, amount_read=Decimal("4.75")
    )
    assert report.total("customers") == Counts(rows_read=1, rows_kept=1)
    assert (report.orders, report.customers) == (2, 3)


def test_rows_and_money_of_every_file_add_up_to_the_orders(con: Connection) -> None:
    load(
        con,
        orders={"a.csv": [order("1", "A", "2024-01-01", "3", n_rows=3), order("2", None, "2024-01-01", "4")]},
    )
    load(
        con,
        orders={
            "b.csv": [order("1", "A", "2024-01-01", "5", n_rows=2)],
            "c.csv": [order("1", "A", "2024-01-01", "6")],
        },
    )
    [(n_orders, amount)] = rows(
        con,
        "select sum(rows_kept - rows_merged - orders_replaced), sum(amount_read - amount_replaced)"
        " from loads",
    )
    assert (n_orders, amount) == (2, Decimal(10))
    assert rows(con, "select count(*), sum(amount) from orders") == [(n_orders, amount)]


def test_rejected_rows_are_kept_with_their_load(con: Connection) -> None:
    reject = {
        "file": "a.csv",
        "line": 3,
        "column_name": "amount",
        "value": "x",
        "reason": "no-number",
        "message": "'x' is not a number",
        "raw": "1,x",
    }
    stage(con, {"a.csv": [order("1", "A", "2024-01-01", "1")]}, rejects=[reject])
    merge(con, LOADED_AT)
    load(con, orders={"b.csv": [order("2", "A", "2024-01-01", "1")]})
    assert rows(con, "from rejects") == [(1, *reject.values())]


def test_a_load_without_files_changes_nothing(con: Connection) -> None:
    load(con, orders={"a.csv": [order("1", "A", "2024-01-01", "1")]})
    assert load(con) == LoadReport(files=(), orders=1, customers=1)
    assert rows(con, "select count(*) from loads") == [(1,)]


def test_a_load_is_dated_in_utc(con: Connection) -> None:
    stage(con, {"a.csv": [order("1", "A", "2024-01-01", "1")]})
    merge(con, datetime(2024, 6, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))))
    assert rows(con, "select load, loaded_at from loads") == [(1, datetime(2024, 5, 31, 22, 30))]  # noqa: DTZ001


@pytest.mark.parametrize("in_one_load", [True, False])
def test_orders_in_two_currencies_are_refused(con: Connection, *, in_one_load: bool) -> None:
    euro, franc = (order(c, "A", "2024-01-01", "1", currency=c) for c in ("EUR", "CHF"))
    if not in_one_load:
        load(con, orders={"a.csv": [euro]})
    with pytest.raises(DataError, match="more than one currency: CHF, EUR"):
        load(con, orders={"b.csv": [euro, franc] if in_one_load else [franc]})


def test_nothing_but_the_canonical_tables_is_left(con: Connection) -> None:
    load(con, orders={"a.csv": [order("1", "A", "2024-01-01", "1")]})
    left = {name for (name,) in rows(con, "select table_name from information_schema.tables")}
    assert left == set(canonical_tables())


SHOP = [
    order(str(n), f"K{n % 4}" if n % 5 else None, f"2024-01-{n + 1:02}", f"{n}.25", n_rows=1 + n % 3)
    for n in range(12)
]
WINDOWS = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12)), min_size=1, max_size=5)


@settings(max_examples=12, deadline=None)
@given(windows=WINDOWS, seed=st.randoms(use_true_random=False), together=st.booleans())
def test_the_order_of_overlapping_exports_does_not_matter(
    windows: list[tuple[int, int]], seed: Any, *, together: bool
) -> None:
    files = {f"{n}.csv": SHOP[start : start + length] for n, (start, length) in enumerate(windows)}
    shuffled = list(files)
    seed.shuffle(shuffled)
    assert known(files, list(files), together=True) == known(files, shuffled, together=together)


def known(files: Mapping[str, Sequence[Row]], names: list[str], *, together: bool) -> list[tuple[Any, ...]]:
    """Contents of the store after loading `files` in the order of `names`, together or one by one."""
    batches = [names] if together else [[name] for name in names]
    with connect() as con:
        for batch in batches:
            load(con, orders={name: files[name] for name in batch})
        return rows(
            con,
            "select * exclude (load, customer, order_index), customer_key"
            " from orders left join customer_keys using (customer) order by order_id",
        )


def states(n_orders: int, exported_on: int) -> list[Row]:
    """The first `n_orders` orders, as `exported_on` that day: each is paid three days after it was placed."""
    return [
        order(
            str(n), "A", f"2024-01-{n + 1:02}", str(n + 1), status="paid" if n + 3 < exported_on else "open"
        )
        for n in range(n_orders)
    ]


@settings(max_examples=8, deadline=None)
@given(days=st.lists(st.integers(1, 20), min_size=2, max_size=4, unique=True), data=st.data())
def test_late_exports_give_the_same_orders_as_timely_ones(days: list[int], data: Any) -> None:
    files = {f"{day}.csv": states(day, day) for day in sorted(days)}
    late = data.draw(st.permutations(list(files)))
    assert known(files, late, together=False) == known(files, list(files), together=False)
    assert known(files, late, together=True) == known(files, list(files), together=True)


def test_an_older_state_that_comes_late_is_counted_and_said(con: Connection) -> None:
    load(con, orders={"new.csv": states(6, 6)})
    notices: list[Notice] = []
    report = load(con, orders={"old.csv": states(4, 4)}, notify=notices.append)
    assert rows(con, "select status, count(*) from orders group by all order by all") == [
        ("open", 3),
        ("paid", 3),
    ]
    counts = report.total("orders")
    assert (counts.orders_kept, counts.orders_replaced, counts.amount_replaced) == (4, 4, Decimal(10))
    [notice] = notices
    assert notice.slug == "older-file"
    assert notice.message.startswith("old.csv ignored: newer versions of its orders")
    assert notice.message.endswith("2 differ")


def test_older_states_beside_new_orders_are_counted_too(con: Connection) -> None:
    load(con, orders={"new.csv": states(6, 6)})
    notices: list[Notice] = []
    more = [*states(4, 4), order("9", "B", "2024-01-02", "1", status="paid")]
    load(con, orders={"old.csv": more}, notify=notices.append)
    assert [(notice.slug, notice.message[:8]) for notice in notices] == [("older-states", "2 orders")]


def test_a_given_time_of_export_decides(con: Connection) -> None:
    load(con, orders={"new.csv": states(6, 6)})
    told = Terms(exported_at=datetime(2024, 2, 1))  # noqa: DTZ001  (local time of the shop)
    load(con, orders={"corrected.csv": [order("0", "A", "2024-01-01", "1", status="refunded")]}, terms=told)
    assert rows(con, "select status from orders where order_id = '0'") == [("refunded",)]
    load(con, orders={"late.csv": states(9, 9)})
    assert rows(con, "select status from orders where order_id = '0'") == [("refunded",)]


def test_an_export_with_times_of_changes_needs_no_other_time(con: Connection) -> None:
    def state(status: str, updated_at: str | None) -> list[Row]:
        last = order("2", "A", "2024-01-31", "1", status="paid", updated_at=updated_at)
        return [order("1", "A", "2024-01-01", "1", status=status, updated_at=updated_at), last]

    load(con, orders={"a.csv": state("refunded", "2024-03-01T10:00:00")})
    load(con, orders={"b.csv": state("paid", "2024-02-01 10:00")})
    assert rows(con, "select distinct load from orders") == [(1,)]
    load(con, orders={"c.csv": [state("disputed", "2024-03-01 10:01")[0]]})
    assert rows(con, "select status from orders where order_id = '1'") == [("disputed",)]
    load(con, orders={"d.csv": state("paid", None)})
    assert rows(con, "select status from orders where order_id = '1'") == [("disputed",)]


def test_an_update_time_that_cannot_be_read_is_said(con: Connection) -> None:
    notices: list[Notice] = []
    export = [order("1", "A", "2024-01-01", "1", updated_at="yesterday")]
    load(con, orders={"a.csv": export}, notify=notices.append)
    assert [notice.slug for notice in notices] == ["update-time-unreadable"]
