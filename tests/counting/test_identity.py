"""One person is one customer, whatever their keys in the exports; a shared address is not a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shops import ask, row_of, shop, silent
from wieder.config import Identity, Settings
from wieder.counting.identity import find_persons
from wieder.database import connect

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping

    from wieder.notices import Notice

Known = tuple[int | None, str | None, str | None]
"""Customer, e-mail address and phone number of one order."""

EVERYTHING = Identity(keys=("customer_id", "email", "phone"))


def persons(
    orders: Iterable[Known], identity: Identity = EVERYTHING, heard: list[Notice] | None = None
) -> Mapping[int, int]:
    """Customer -> person, for merged customers."""
    con = connect()
    con.execute("create table known (customer INTEGER, email VARCHAR, phone VARCHAR)")
    for order in orders:
        con.execute("insert into known values (?, ?, ?)", list(order))
    find_persons(con, "known", identity, silent if heard is None else heard.append)
    return dict(con.execute("from same_persons").fetchall())


def test_customers_connected_over_others_are_one_person() -> None:
    """1 and 2 share an address, 2 and 3 a number; 4 shares nothing."""
    orders: list[Known] = [
        (1, "anna@shop.de", None),
        (2, "anna@shop.de", "+4930123"),
        (3, None, "+4930123"),
        (4, "bea@shop.de", "+4930999"),
        (None, "anna@shop.de", None),
    ]
    assert persons(orders) == {2: 1, 3: 1}


def test_only_the_keys_of_the_settings_count() -> None:
    orders: list[Known] = [(1, "anna@shop.de", None), (2, "anna@shop.de", "+49301"), (3, None, "+49301")]
    assert persons(orders, Identity(keys=("customer_id", "email"))) == {2: 1}
    assert persons(orders, Identity()) == {}


def test_an_address_is_not_a_number() -> None:
    assert persons([(1, "030123", None), (2, None, "030123")], Identity(keys=("customer_id", "email"))) == {}


@pytest.mark.parametrize("address", ["x7@marketplace.amazon.de", "noreply@shop.de", "a@example.com"])
def test_shared_addresses_are_not_persons(address: str) -> None:
    assert persons([(1, address, None), (2, address, None)]) == {}


def test_the_list_of_proxies_can_be_changed() -> None:
    identity = Identity(keys=("customer_id", "email"), not_personal=("*@till.shop",))
    orders: list[Known] = [(1, "1@till.shop", None), (2, "1@till.shop", None), (3, "a@example.com", None)]
    assert persons([*orders, (4, "a@example.com", None)], identity) == {4: 3}


def test_giant_groups_are_not_merged_and_give_a_notice() -> None:
    heard: list[Notice] = []
    orders: list[Known] = [(n, "info@office.de", None) for n in range(1, 5)]
    pair: list[Known] = [(7, "bea@shop.de", None), (8, "bea@shop.de", None)]
    identity = Identity(keys=("customer_id", "email"), maximum_cluster=3)
    assert persons(orders + pair, identity, heard) == {8: 7}
    assert [notice.slug for notice in heard] == ["customers-merged", "customers-not-merged"]
    assert "the largest has 4" in heard[1].message
    assert "2 customers" in heard[0].message


KNOWN = st.tuples(
    st.one_of(st.none(), st.integers(1, 12)),
    st.sampled_from([None, "a@b.de", "c@d.de", "e@f.de", "g@h.de"]),
    st.sampled_from([None, "+491", "+492", "+493", "+494"]),
)


def connected(orders: Iterable[Known]) -> Mapping[int, int]:
    """The same by the textbook: merge sets as long as an order joins two of them."""
    groups: list[set[object]] = []
    for customer, email, phone in orders:
        if customer is None:
            continue
        names: set[object] = {customer, *(name for name in (email, phone) if name is not None)}
        touched = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names] + [names.union(*touched)]
    members = [sorted(name for name in group if isinstance(name, int)) for group in groups]
    return {customer: group[0] for group in members for customer in group[1:]}


@given(st.lists(KNOWN, max_size=25), st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_rows_does_not_matter(orders: list[Known], chance: random.Random) -> None:
    found = persons(orders)
    assert found == connected(orders)
    assert found == persons(chance.sample(orders, len(orders)))


def test_a_merged_customer_comes_back() -> None:
    """Two accounts with one address are one customer with a repeat purchase, not two new ones."""
    con = shop(
        [
            ("1", "guest-1", "2024-01-01", "10", {"email": "anna@shop.de"}),
            ("2", "anna", "2024-02-01", "10", {"email": "anna@shop.de"}),
        ]
    )
    merged = Settings(identity=Identity(keys=("customer_id", "email")))
    for settings, customers, repeated in ((Settings(), 2, 0), (merged, 1, 1)):
        results = ask(con, options=settings, as_of="2024-03-01").results
        assert row_of(results, "customers")["value"] == customers
        assert row_of(results, "repeat_purchase_rate")["numerator"] == repeated
