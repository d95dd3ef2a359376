"""What an order is known by if it has no customer id: its address or number, if the settings say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.database import script

if TYPE_CHECKING:
    from wieder.config import Identity
    from wieder.database import Connection

KEYS = {
    "customer_id": "customer_key",
    "email": (
        "case when len(list_filter($not_personal, lambda pattern: email glob pattern)) = 0 then email end"
    ),
    # A number alone might be the customer id of somebody else.
    "phone": "'phone:' || phone",
}
"""Key of the settings -> SQL over the staged orders; null where the order has none."""


def choose_keys(con: Connection, identity: Identity) -> None:
    """Gives every staged order the first of the keys in the settings that it has; null if it has none."""
    if identity.keys == ("customer_id",):
        return
    # DuckDB wants every parameter to be used.
    keys = ", ".join(KEYS[key] for key in identity.keys)
    parameters = {"not_personal": list(identity.not_personal)} if "email" in identity.keys else {}
    con.execute(script("ingest/ingest_identity_keys").format(keys=keys), parameters)
