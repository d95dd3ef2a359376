"""The time zone of the shop, into which times are brought that name another one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from wieder.errors import AmbiguousError, UsageError, WayOut

if TYPE_CHECKING:
    from wieder.config import Settings
    from wieder.database import Connection

EXAMPLES = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "UTC")


def set_time_zone(con: Connection, settings: Settings) -> None:
    """Makes the time zone in the settings known to the macros that read times.

    Raises UsageError for one that DuckDB, which converts, does not know.
    """
    zone = settings.input.time_zone
    if zone:
        _refuse_unknown(con, zone)
    con.execute("set variable shop_zone = $zone", {"zone": zone})


def _refuse_unknown(con: Connection, zone: str) -> None:
    known = [name for (name,) in con.execute("select name from pg_timezone_names() order by name").fetchall()]
    if zone not in known:
        alike = get_close_matches(zone, known, n=1, cutoff=0.5) or ["Europe/Berlin"]
        raise UsageError(
            f"--time-zone {zone}: there is no such time zone",
            f"write its IANA name, such as {alike[0]}",
        )


def require_time_zone(settings: Settings, reason: str) -> None:
    """Raises AmbiguousError, with `reason`, if the settings name no time zone."""
    if not settings.input.time_zone:
        raise AmbiguousError(
            reason,
            f"say in which time zone the shop is, such as --time-zone {EXAMPLES[0]}",
            (WayOut(("input", "time_zone"), zone) for zone in EXAMPLES),
        )
