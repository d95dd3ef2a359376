"""The place of every valid order among those of its customer: found by a load, so that questions need not."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from wieder import __version__
from wieder.counting.classify import classify
from wieder.database import script
from wieder.errors import UsageError
from wieder.notices import unheard

if TYPE_CHECKING:
    from wieder.config import Settings
    from wieder.database import Connection

KEY = "placed_orders"
"""Under which the store's `meta` holds the rules that the places were found by."""


def place_orders(con: Connection, settings: Settings) -> None:
    """Keep the places of all valid orders in the store that `con` writes to.

    Which orders are valid depends on the settings. Under settings that cannot
    be applied, of which questions will tell, nothing is kept.
    """
    con.execute("delete from meta where key = $key", {"key": KEY})
    try:
        classify(con, settings, unheard)
    except UsageError:
        return
    con.execute(script("store/placed_orders"))
    con.execute("insert into meta values ($key, $rules)", {"key": KEY, "rules": _rules(settings)})


def are_placed(con: Connection, settings: Settings) -> bool:
    """Whether the store holds the places of the orders that are valid by these settings."""
    kept = con.execute("select value from meta where key = $key", {"key": KEY}).fetchall()
    return kept == [(_rules(settings),)]


def _rules(settings: Settings) -> str:
    """What decides which orders are valid, whose they are and what they are worth, as a short text.

    A newer wieder may decide otherwise, so that its version belongs to it.
    """
    orders = msgspec.structs.replace(settings.orders, where="", occasion="order", complete_history=False)
    decisive = msgspec.json.encode([orders, settings.identity], order="sorted")
    return f"{__version__} {sha256(decisive).hexdigest()}"
