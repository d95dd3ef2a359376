"""Real data, against figures that were computed independently of this project.

The data are not part of the project: these tests run where `../shared` lies
beside it, and the CDNOW ones also on the copy that the package `lifetimes` ships.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import answered, asked_of, confirm
from shops import Found, ask, row_of, silent, verifications
from wieder.config import OrderRules, Settings
from wieder.counting.bridge import adds_up
from wieder.periods import PeriodKind
from wieder.questions.cohorts import QUESTION as COHORTS
from wieder.questions.cohorts.rules import Mode
from wieder.questions.gaps import QUESTION as GAPS
from wieder.questions.sequence import QUESTION as SEQUENCE
from wieder.store.open import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from wieder.asking.asked import Asked
    from wieder.asking.question import Question
    from wieder.database import Connection

SHARED = Path(__file__).parents[2] / "shared"

RETAIL_COLUMNS = {
    "order_id": "invoice_no",
    "customer_id": "customer_id",
    "ordered_at": "invoice_date",
    "quantity": "quantity",
    "unit_price": "unit_price",
}
RETAIL_DAY_COLUMNS = {
    "order_id": "InvoiceNo",
    "customer_id": "CustomerID",
    "ordered_at": "InvoiceDate",
    "quantity": "Quantity",
    "unit_price": "UnitPrice",
}
POLICY_P1 = (
    "customer_id is not null and not order_id like 'C%' and not order_id like 'A%' "
    "and quantity > 0 and unit_price > 0"
)

pytestmark = pytest.mark.core


def settings(columns: dict[str, str], where: str = "", occasion: Any = "order") -> Settings:
    """Return settings in which orders of amount 0 count, as in the reference."""
    return Settings(columns=columns, orders=OrderRules(where=where, occasion=occasion, count_zero=True))


@dataclass(frozen=True)
class Case:
    """One real data set, loaded, with its reference figures."""

    con: Connection
    expected: Any

    def kpis(self, kind: PeriodKind = PeriodKind.ALL, occasion: Any = "order") -> Found:
        """Return the KPIs for a report date of the day after the last order, as in the reference."""
        return ask(self.con, kind, settings({}, occasion=occasion), as_of=self.as_of, incomplete=True)

    def asked(self, kind: PeriodKind = PeriodKind.ALL, *, incomplete: bool = True) -> Asked:
        """Return the selection of the reference: all orders, report date after the last one."""
        return asked_of(self.con, kind, settings({}), as_of=self.as_of, incomplete=incomplete)

    @property
    def as_of(self) -> date:
        """The day after the last order."""
        return datetime.fromisoformat(self.expected["Q1"]["last_order"]).date() + timedelta(days=1)


@contextmanager
def case(sources: Sequence[Path], options: Settings, reference: str) -> Iterator[Case]:
    expected = json.loads((SHARED / "reference" / f"{reference}.json").read_text("utf-8"))
    with open_shop([str(source) for source in sources], options, None, silent) as con:
        yield Case(con, expected)


def online_retail_from_parquet(folder: Path) -> AbstractContextManager[Case]:
    del folder
    source = SHARED / "data" / "online_retail_1" / "lines.parquet"
    return case([source], settings(RETAIL_COLUMNS, POLICY_P1), "online_retail_1.P1_sales")


def online_retail_from_day_files(folder: Path) -> AbstractContextManager[Case]:
    with zipfile.ZipFile(SHARED / "data" / "online_retail_1" / "day_files.zip") as archive:
        archive.extractall(folder)
    days = folder / "by-day"
    assert len(list(days.glob("*.csv"))) == 305
    return case([days], settings(RETAIL_DAY_COLUMNS, POLICY_P1), "online_retail_1.P1_sales")


def cdnow(folder: Path, order_id: pl.Expr, reference: str) -> AbstractContextManager[Case]:
    rows = pl.read_parquet(SHARED / "data" / "cdnow_master" / "transactions.parquet")
    rows.with_columns(order_id=order_id).drop("row_no").write_csv(folder / "orders.csv")
    return case([folder / "orders.csv"], settings({}), reference)


def cdnow_by_transaction(folder: Path) -> AbstractContextManager[Case]:
    return cdnow(folder, pl.col("row_no").cast(pl.String).str.zfill(6), "cdnow_master.transactions")


def cdnow_by_day(folder: Path) -> AbstractContextManager[Case]:
    """Rows of one customer and day share an order id and are summed as lines of one order."""
    day = pl.col("order_date").dt.strftime("%Y%m%d")
    return cdnow(folder, pl.concat_str("customer_id", day, separator="-"), "cdnow_master.day_level")


def maven_toy_store(folder: Path) -> AbstractContextManager[Case]:
    del folder
    columns = {
        "order_id": "order_id",
        "customer_id": "user_id",
        "ordered_at": "created_at",
        "amount": "price_usd",
    }
    source = SHARED / "data" / "maven_toy_store" / "orders.parquet"
    return case([source], settings(columns), "maven_toy_store.gross")


REAL_DATA = [
    online_retail_from_parquet,
    online_retail_from_day_files,
    cdnow_by_transaction,
    cdnow_by_day,
    maven_toy_store,
]


@pytest.fixture(scope="module", params=REAL_DATA, ids=[opener.__name__ for opener in REAL_DATA])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    if not SHARED.is_dir():
        pytest.skip("needs the real data in ../shared")
    with request.param(tmp_path_factory.mktemp("real")) as opened:
        yield opened


def test_totals(real: Case) -> None:
    results = real.kpis().results
    figures = {
        "customers": "customers",
        "orders": "orders",
        "revenue": "revenue",
        "average_order_value": "aov",
        "orders_per_customer": "orders_per_customer",
        "revenue_per_customer": "revenue_per_customer",
    }
    values = {figure: row_of(results, kpi)["value"] for kpi, figure in figures.items()}
    assert values == {figure: real.expected["Q1"][figure] for figure in figures.values()}


def test_repeat_purchases_and_gaps(real: Case) -> None:
    results = real.kpis().results
    repeat, gap = row_of(results, "repeat_purchase_rate"), row_of(results, "median_days_between_orders")
    assert repeat["numerator"] == real.expected["Q2"]["repeat_customers_orders"]
    assert repeat["value"] == real.expected["Q2"]["repeat_rate_orders"]
    assert (gap["value"], gap["n"]) == (real.expected["Q4"]["median_gap_days"], real.expected["Q4"]["pairs"])
    top = row_of(results, "top_20_revenue_share")["value"]
    assert top == pytest.approx(real.expected["Q8"]["top20_revenue_share"], rel=1e-12)


def test_repeat_purchases_and_gaps_of_purchase_days(real: Case) -> None:
    """The reference counts a repeat within 90 days only on a later day."""
    results = real.kpis(occasion="day").results
    within, expected = row_of(results, "repeat_purchase_rate_90d"), real.expected["Q3"]
    assert (within["numerator"], within["denominator"]) == (expected["repeated_90d"], expected["eligible"])
    assert within["value"] == expected["rate"]
    assert row_of(results, "repeat_purchase_rate")["value"] == real.expected["Q2"]["repeat_rate_days"]
    gap = row_of(results, "median_days_between_orders")["value"]
    assert gap == real.expected["Q4"]["median_gap_days_excl_same_day"]


def test_new_and_returning_by_month(real: Case) -> None:
    results = real.kpis(PeriodKind.MONTH).results
    values = results.pivot("kpi", index="period_start", values="value").sort("period_start")
    months = real.expected["monthly_new_vs_returning"]
    assert values["period_start"].dt.strftime("%Y-%m").to_list() == [month["month"] for month in months]
    for kpi, figure in {
        "new_orders": "orders_new",
        "returning_orders": "orders_returning",
        "new_revenue": "revenue_new",
        "returning_revenue": "revenue_returning",
        "customers": "active_customers",
    }.items():
        assert values[kpi].to_list() == pytest.approx([month[figure] for month in months], rel=1e-13), kpi


def test_the_table_of_cohorts(real: Case) -> None:
    found = answered(COHORTS, real.asked(PeriodKind.MONTH))
    known = found.frame.filter(pl.col("cohort_start").is_not_null(), pl.col("active").is_not_null())
    by_start = known.group_by(pl.col("cohort_start").dt.strftime("%Y-%m"), maintain_order=True)
    assert dict(by_start.agg("active").iter_rows()) == real.expected["cohort_active_all"]


@pytest.mark.parametrize("mode", Mode)
def test_tables_of_cohorts_are_witnessed(real: Case, mode: Mode) -> None:
    asked = real.asked(PeriodKind.MONTH, incomplete=False)
    confirm(asked, answered(COHORTS, asked, mode=mode))


@pytest.mark.parametrize("question", [GAPS, SEQUENCE], ids=["gaps", "sequence"])
def test_tables_of_purchases(real: Case, question: Question[Any]) -> None:
    asked = real.asked()
    found = answered(question, asked)
    confirm(asked, found)
    if question is SEQUENCE:
        assert found.frame["orders"].sum() == real.expected["Q1"]["orders"]


def test_the_bridge_adds_up(real: Case) -> None:
    bridge = real.kpis().bridge
    assert adds_up(bridge)
    total = bridge.filter(pl.col("step") == "kpi_orders").row(0, named=True)
    assert total["rows"] == real.expected["Q1"]["orders"]
    assert float(total["amount"]) == real.expected["Q1"]["revenue"]


@pytest.mark.parametrize("kind", [PeriodKind.MONTH, PeriodKind.ALL])
def test_all_witnesses_agree(real: Case, kind: PeriodKind) -> None:
    checked = verifications(real.kpis(kind))
    assert [verification for verification in checked if verification.disagreements] == []


def package_folder(name: str) -> Path:
    """Return the folder of a package without importing the package and its dependencies."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def test_cdnow_as_the_package_lifetimes_ships_it(tmp_path: Path) -> None:
    """Fader and Hardie's CDNOW master data: 23,570 customers; figures counted here in plain Python."""
    text = (package_folder("lifetimes") / "datasets" / "CDNOW_master.txt").read_text("ascii")
    _, *rows = [line.split() for line in text.splitlines()]
    lines = ["order_id,customer_id,ordered_at,amount"]
    for number, (customer, day, _, amount) in enumerate(rows):
        lines.append(f"{number:06},{customer},{day[:4]}-{day[4:6]}-{day[6:]},{amount}")
    (tmp_path / "orders.csv").write_text("\n".join(lines), "utf-8")
    options = settings({})
    with open_shop([str(tmp_path / "orders.csv")], options, None, silent) as con:
        results = ask(con, options=options, as_of="1998-07-01").results
    orders_of = Counter(row[0] for row in rows)
    assert row_of(results, "orders")["value"] == len(rows) == 69_659
    assert row_of(results, "customers")["value"] == len(orders_of) == 23_570
    assert row_of(results, "revenue")["value"] == float(sum(Decimal(row[3]) for row in rows)) == 2_500_315.63
    repeated = sum(count > 1 for count in orders_of.values())
    assert row_of(results, "repeat_purchase_rate")["numerator"] == repeated == 11_662
