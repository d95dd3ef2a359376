"""Customer keys of orders: those of the settings, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from loading import HEADER, export

from wieder.config import Identity, Settings
from wieder.database import connect
from wieder.ingest import read_exports

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (
    "1,A1,2024-01-01,10,Anna+Shop@Mail.DE ,",
    "2,,2024-01-02,10,anna+shop@mail.de,+49 (0)30 123-4567",
    "3,,2024-01-03,10,noreply@shop.de,0049301234567",
    "4,,2024-01-04,10,,",
    "5,,2024-01-05,10,none,4.9E+11",
)


def keys(path: Path, *names: Any) -> list[Any]:
    con = connect()
    settings = Settings(identity=Identity(keys=names))
    read_exports(con, [str(path)], settings, None, lambda _: None)
    return [key for (key,) in con.execute("select customer_key from staged_orders order by rowid").fetchall()]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("customer_id",), ["A1", None, None, None, None]),
        (("customer_id", "email"), ["A1", "anna+shop@mail.de", None, None, None]),
        (("customer_id", "email", "phone"), ["A1", "anna+shop@mail.de", "phone:+49301234567", None, None]),
        (("phone",), [None, "phone:+49301234567", "phone:+49301234567", None, None]),
        (("email", "customer_id"), ["anna+shop@mail.de", "anna+shop@mail.de", None, None, None]),
    ],
)
def test_an_order_has_the_first_key_that_it_has(tmp_path: Path, names: Any, expected: Any) -> None:
    path = export(tmp_path / "a.csv", *ROWS, header=f"{HEADER},email,phone")
    assert keys(path, *names) == expected


def test_the_only_key_of_a_file_may_be_an_e_mail_address(tmp_path: Path) -> None:
    """Then it also counts as the e-mail address, so that the file matches others that have both."""
    path = export(
        tmp_path / "a.csv", "1,Anna@Mail.DE,2024-01-01,10", header="order_id,email,ordered_at,amount"
    )
    assert keys(path, "customer_id") == ["anna@mail.de"]
    con = connect()
    settings = Settings(identity=Identity(keys=("customer_id", "email")))
    read_exports(con, [str(path)], settings, None, lambda _: None)
    assert con.execute("select customer_key, email from staged_orders").fetchall() == [("anna@mail.de",) * 2]
