"""The files that documents and examples name."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from outcomes import SAMPLE
from sample_files import eighth_of_orders
from shops import silent
from wieder.__main__ import main
from wieder.asking.shop import Shop
from wieder.config import Settings
from wieder.errors import ExitCode
from wieder.store.open import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = ("report", "orders.csv", "--as-of", "2025-12-01", "--history", "kept", "-o", "report.html")


@contextmanager
def opened(folder: Path) -> Iterator[Shop]:
    """The shop of orders, customers and spend, ready to be asked."""
    settings = Settings()
    (folder / "orders.csv").write_text(eighth_of_orders(), "utf-8")
    files = (folder / "orders.csv", SAMPLE / "customers.csv", SAMPLE / "spend.csv")
    with open_shop(tuple(map(str, files)), settings, None, silent) as con:
        yield Shop(con, settings, silent)


def prepare(folder: Path) -> Path:
    """Fill a folder with the files that examples name, and a store with three loads."""
    (folder / "orders.csv").write_text(eighth_of_orders(), "utf-8")
    for name in ("customers.csv", "spend.csv"):
        shutil.copy(SAMPLE / name, folder)
    (folder / "jtl.csv").write_text(JTL, "utf-8")
    (folder / "faulty.csv").write_text(FAULTY, "utf-8")
    (folder / "key").write_text("0123456789abcdef" * 4)
    (folder / "password").write_text("secret")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("orders.csv", "customers.csv", "spend.csv"):
            patch.setattr(sys, "argv", ["wieder", "load", name])
            assert main() == ExitCode.OK
        patch.setattr(sys, "argv", ["wieder", *KEPT])
        assert main() == ExitCode.OK
    shutil.copy(folder / "wieder.duckdb", folder / "shop.duckdb")
    return folder


JTL = """\
Externe Auftragsnummer;Kundennr.;Erstelldatum;Auftragswert (Brutto);Währung;Auftragsstatus
A1;7;31.12.2024 10:00;12,50;EUR;bezahlt
A2;8;02.01.2025 11:00;20,00;EUR;bezahlt
"""
FAULTY = """\
order_id,customer_id,ordered_at,amount
A1,anna,2024-01-05,20.00
A2,anna,2024-01-06,20.00
A3,ben,2024-01-07,abc
"""


def copy_of(shop: Path, folder: Path) -> None:
    """Link the files of the shop into a folder; programs replace files, and never change them."""
    (folder / "orders.csv").unlink()
    shutil.copytree(shop, folder, copy_function=os.link, dirs_exist_ok=True)
