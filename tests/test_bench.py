"""The bench on a shop so small that its numbers, not its times, are what is tested."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bench import findings, jobs
from bench.__main__ import write_results
from bench.agreement import Values, differences, refuse_differences
from bench.processes import Cost, run
from bench.simulate import Size, simulate
from shops import ask, silent
from wieder.config import Settings
from wieder.periods import PeriodKind
from wieder.shop import open_shop

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Size(customers=400, orders=2_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop")
    simulate(path, SMALL)
    return path


def our_values(orders: Path) -> Values:
    with open_shop([str(orders)], Settings(), None, silent) as con:
        analysis = ask(con, PeriodKind.MONTH, as_of=jobs.AS_OF, since="2024-01-01", until="2026-01-01")
    rows = analysis.results.iter_rows(named=True)
    return {(row["kpi"], str(row["period_start"])): row["value"] for row in rows}


def test_wieder_and_pandas_agree_on_every_kpi_of_24_months(folder: Path) -> None:
    pd = pytest.importorskip("pandas")
    from bench.pandas_kpis import kpis, read_orders  # noqa: PLC0415 - needs pandas

    orders = read_orders(str(folder / "orders.csv")).sample(frac=1, random_state=1)
    table = kpis(orders, jobs.FIRST_MONTH, jobs.LAST_MONTH, pd.Timestamp(jobs.AS_OF))
    theirs = {
        (row.kpi, str(row.period_start)): None if pd.isna(row.value) else row.value
        for row in table.itertuples()
    }
    assert differences(our_values(folder / "orders.csv"), theirs) == []
    assert len(theirs) == 24 * 31


def test_the_same_seed_gives_the_same_shop(folder: Path, tmp_path: Path) -> None:
    simulate(tmp_path / "again", SMALL)
    simulate(tmp_path / "other", Size(customers=400, orders=2_000, seed=2))
    for name in ("orders.csv", "orders.parquet", "customers.csv"):
        first = (folder / name).read_bytes()
        assert (tmp_path / "again" / name).read_bytes() == first
        assert (tmp_path / "other" / name).read_bytes() != first


def test_the_shop_is_as_large_as_asked_for(folder: Path) -> None:
    with open_shop([str(folder)], Settings(), None, silent) as con:
        counts = con.execute(
            "select count(*), count(distinct customer), count(*) filter (customer is null), "
            "avg((status = 'cancelled')::int), min(ordered_on), max(ordered_on), min(amount) from orders"
        ).fetchall()[0]
    assert counts[:3] == (2_000, 400, 40)
    assert 0.03 < counts[3] < 0.05
    assert counts[4] >= date(2023, 1, 1)
    assert counts[5] <= date(2025, 12, 31)
    assert counts[6] > 0


def test_too_few_orders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="100 orders are too few for 99 customers"):
        simulate(tmp_path, Size(customers=99, orders=100))


def test_any_difference_fails_the_bench(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text("kpi,period_start,value\norders,2024-01-01,3.0\nrevenue,2024-01-01,\n")
    theirs.write_text("kpi,period_start,value\norders,2024-01-01,3\nrevenue,2024-01-01,\n")
    assert refuse_differences(ours, theirs) == 2
    theirs.write_text("kpi,period_start,value\norders,2024-01-01,3.1\nrevenue,2024-01-01,0\n")
    with pytest.raises(SystemExit, match="differ in 2 values"):
        refuse_differences(ours, theirs)
    theirs.write_text("kpi,period_start,value\norders,2024-01-01,3\n")
    assert refuse_differences(ours, theirs) == 1, "a KPI that only we have is no difference"
    theirs.write_text("kpi,period_start,value\norders,2024-01-01,3\norders,2024-02-01,3\n")
    with pytest.raises(SystemExit, match="only one side has it"):
        refuse_differences(ours, theirs)


def test_the_cost_of_a_process_has_its_time_and_its_memory(tmp_path: Path) -> None:
    program = "import time; block = b'x' * 400_000_000; time.sleep(0.2)"
    cost = run([sys.executable, "-c", program], tmp_path / "errors.txt")
    assert cost.wall_seconds >= 0.2
    assert cost.peak_bytes > 400_000_000
    assert cost.cpu_seconds > 0


def test_a_process_that_fails_ends_the_bench_with_its_complaint(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no such thing"):
        run([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path / "errors.txt")


def costs(wall_seconds: float, peak_bytes: int = 0) -> list[Cost]:
    return [Cost(wall_seconds=wall_seconds, cpu_seconds=1.0, peak_bytes=peak_bytes)] * 3


def test_bars_are_met_up_to_their_limit_and_missed_beyond() -> None:
    measured = {
        jobs.PLAIN: costs(2.0),
        jobs.LOAD: costs(8.0),
        jobs.KPIS: costs(6.5, 2_100_000_000),
        jobs.PANDAS: costs(64.0),
        jobs.REPORT: costs(10.0),
    }
    start_up = {jobs.BARE: costs(0.01), jobs.VERSION: costs(0.03), jobs.HELP: costs(0.15)}
    verdicts = [bar.is_met for bar in findings.bars(measured, start_up)]
    assert verdicts == [True, False, False, False, True, True, False]
    del measured[jobs.PANDAS]
    assert len(list(findings.bars(measured, start_up))) == 6


def test_results_replace_those_of_the_last_run(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("above\n<!-- begin results -->\nold\n<!-- end results -->\nbelow\n")
    for results in ("new\n", "newer\n"):
        write_results(readme, results)
    assert readme.read_text() == ("above\n<!-- begin results -->\n\nnewer\n\n<!-- end results -->\nbelow\n")
