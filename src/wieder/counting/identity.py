"""Identity of customers: those who share an e-mail address or a phone number are one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wieder.database import script
from wieder.notices import Notice

if TYPE_CHECKING:
    from wieder.config import Identity
    from wieder.database import Connection
    from wieder.notices import Notify

NO_PERSONS = "create or replace temp table same_persons (customer INTEGER, person INTEGER)"


def find_persons(con: Connection, orders: str, identity: Identity, notify: Notify) -> bool:
    """Creates `same_persons` (customer, person), one row per merged customer; returns whether it has any.

    `orders` is SQL for a table with the columns `customer`, `email` and `phone`.
    Customers that share a key, directly or through others, are one person: the
    one with the smallest number, who was known first. With a single key in
    `identity`, no customers are merged.
    """
    keys = [key for key in identity.keys if key != "customer_id"]
    if not keys or len(identity.keys) == 1:
        con.execute(NO_PERSONS)
        return False
    shared_keys = script("counting/shared_keys").format(orders=orders, keys=", ".join(keys))
    con.execute(shared_keys, {"not_personal": list(identity.not_personal)})
    con.execute(script("counting/persons_begin"))
    while _merge_once(con):
        pass
    con.execute(script("counting/same_persons"), {"maximum": identity.maximum_cluster})
    return _notify_merged(con, identity, notify)


def _merge_once(con: Connection) -> bool:
    """Makes one step of merging; returns whether it changed anything."""
    [(before,)] = _rows(con, "select sum(person) from persons")
    con.execute(script("counting/persons_step"))
    [(after,)] = _rows(con, "select sum(person) from persons")
    return bool(before != after)


def _notify_merged(con: Connection, identity: Identity, notify: Notify) -> bool:
    """Gives notices for merged customers and for groups that are too large; returns whether any merged."""
    [(n_merged, n_persons)] = _rows(con, "select count(*), count(distinct person) from same_persons")
    if n_merged:
        n_customers = n_merged + n_persons
        message = f"{n_customers:,} customers share addresses or numbers, and count as {n_persons:,} persons"
        values = {"customers": n_customers, "persons": n_persons}
        remedy = 'to keep them apart: [identity] keys = ["customer_id"]'
        notify(Notice("customers-merged", message, remedy, values=values))
    [(n_groups, largest)] = _rows(
        con,
        "select count(*), max(n) from (select count(*) as n from persons group by person) where n > $maximum",
        {"maximum": identity.maximum_cluster},
    )
    if n_groups:
        message = f"{n_groups:,} groups of customers share addresses or numbers, the largest has {largest:,}"
        notify(
            Notice(
                "customers-not-merged",
                f"{message}: groups of more than {identity.maximum_cluster} are not merged",
                "add the shared address to [identity] not_personal, or raise maximum_cluster",
                values={"n": n_groups, "largest": largest, "maximum": identity.maximum_cluster},
            )
        )
    return bool(n_merged)


def _rows(con: Connection, query: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    return con.execute(query, parameters or {}).fetchall()
