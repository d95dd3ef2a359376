"""Whose an order is: customers of the exports who share an address or a telephone number are one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wieder.database import script
from wieder.notices import Notice

if TYPE_CHECKING:
    from wieder.config import Identity
    from wieder.database import Connection
    from wieder.notices import Notify

NOBODY = "create or replace temp table same_persons (customer INTEGER, person INTEGER)"


def find_persons(con: Connection, orders: str, identity: Identity, notify: Notify) -> bool:
    """Make `same_persons`, one row per customer who is somebody with a smaller number; whether there is any.

    `orders` is SQL, a table with the columns `customer`, `email` and `phone`.
    Customers that are connected by keys, also over others, are one person, and
    that is the one among them who was known first. With a single key nobody is
    merged.
    """
    keys = [key for key in identity.keys if key != "customer_id"]
    if not keys or len(identity.keys) == 1:
        con.execute(NOBODY)
        return False
    shared_keys = script("counting/shared_keys").format(orders=orders, keys=", ".join(keys))
    con.execute(shared_keys, {"not_personal": list(identity.not_personal)})
    con.execute(script("counting/persons_begin"))
    while _merge_once(con):
        pass
    con.execute(script("counting/same_persons"), {"maximum": identity.maximum_cluster})
    return _tell(con, identity, notify)


def _merge_once(con: Connection) -> bool:
    """Whether anybody turned out to be somebody else."""
    [(before,)] = _rows(con, "select sum(person) from persons")
    con.execute(script("counting/persons_step"))
    [(after,)] = _rows(con, "select sum(person) from persons")
    return bool(before != after)


def _tell(con: Connection, identity: Identity, notify: Notify) -> bool:
    """Says who was merged and who was not; whether anybody was."""
    [(n_merged, n_persons)] = _rows(con, "select count(*), count(distinct person) from same_persons")
    if n_merged:
        message = (
            f"{n_merged + n_persons:,} customers share addresses or numbers and are {n_persons:,} persons"
        )
        values = {"customers": n_merged + n_persons, "persons": n_persons}
        remedy = "[identity] keys says what they are known by"
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
                f"{message}: more than {identity.maximum_cluster} are no one person and stay apart",
                "name the proxy under [identity] not_personal, or raise maximum_cluster",
                values={"n": n_groups, "largest": largest, "maximum": identity.maximum_cluster},
            )
        )
    return bool(n_merged)


def _rows(con: Connection, query: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    return con.execute(query, parameters or {}).fetchall()
