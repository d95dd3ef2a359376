"""The place of every valid order among those of its customer: computed once per load, for all questions."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from wieder import __version__
from wieder.counting.classify import classify
from wieder.database import script
from wieder.errors import UsageError
from wieder.notices import discard

if TYPE_CHECKING:
    from wieder.config import Settings
    from wieder.database import Connection

KEY = "placed_orders"
"""Key in the table `meta` for the rules by which the places were computed."""


def place_orders(con: Connection, settings: Settings) -> None:
    """Stores the places of all valid orders in the database that `con` writes to.

    Which orders are valid depends on the settings. If they cannot be applied, no
    places are stored, and the first question raises the error.
    """
    con.execute("delete from meta where key = $key", {"key": KEY})
    try:
        classify(con, settings, discard)
    except UsageError:
        return
    con.execute(script("store/placed_orders"))
    con.execute("insert into meta values ($key, $rules)", {"key": KEY, "rules": _rules(settings)})


def are_placed(con: Connection, settings: Settings) -> bool:
    """Whether the store contains the places of the orders that are valid under these settings."""
    kept = con.execute("select value from meta where key = $key", {"key": KEY}).fetchall()
    return kept == [(_rules(settings),)]


def _rules(settings: Settings) -> str:
    """A short text that identifies the rules for which orders are valid, their customers and amounts.

    It includes the version of wieder, since a newer one may have other rules.
    """
    orders = msgspec.structs.replace(settings.orders, where="", occasion="order", complete_history=False)
    decisive = msgspec.json.encode([orders, settings.identity], order="sorted")
    return f"{__version__} {sha256(decisive).hexdigest()}"
