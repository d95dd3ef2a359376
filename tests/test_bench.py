"""The benchmark on a tiny shop: its numbers are tested, not its times."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from asked import answered, asked_of
from bench import findings, jobs, model_run, table_findings, table_jobs
from bench.__main__ import write_results
from bench.agreement import Values, differences, refuse_differences
from bench.model_fits import fitted, histories_of, judged
from bench.model_world import ALPHA, AS_OF, A, B, R, write_world
from bench.processes import Cost, run
from bench.simulate import Size, simulate
from bench.table_agreement import (
    differences as table_differences,
)
from bench.table_agreement import (
    known_rows,
    on_rows_of,
    refuse_different_tables,
    refuse_other_bytes,
)
from shops import ask, silent
from wieder.config import Settings
from wieder.models.bg_nbd import BG_NBD
from wieder.periods import PeriodKind
from wieder.questions.cohorts import QUESTION as COHORTS
from wieder.questions.segments import segments_of
from wieder.store.open import open_shop

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.database import Connection

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


def our_cohorts(con: Connection) -> pl.DataFrame:
    return answered(COHORTS, asked_of(con, PeriodKind.MONTH, Settings(), as_of=jobs.AS_OF)).frame


def our_segments(con: Connection) -> pl.DataFrame:
    return segments_of(asked_of(con, as_of=jobs.AS_OF)).frame


@pytest.fixture(scope="module")
def tables(folder: Path) -> Path:
    """Yield the shop with the tables of both sides."""
    pytest.importorskip("pandas")
    from bench.peers import answer  # noqa: PLC0415 - needs pandas

    (folder / table_jobs.TABLES).mkdir()
    with open_shop([str(folder / "orders.csv")], Settings(), None, silent) as con:
        our_cohorts(con).write_csv(table_jobs.COHORTS.table(folder))
        our_segments(con).write_csv(table_jobs.SEGMENTS.table(folder))
    for peer in table_jobs.PANDAS_PEERS:
        answer(peer.question, str(folder / "orders.csv"), jobs.AS_OF, str(peer.table(folder, "csv")))
    return folder


def test_wieder_and_pandas_agree_on_cohorts_and_segments(tables: Path) -> None:
    cells, groups = 36 * 37 // 2, 11
    assert refuse_different_tables(tables) == 3 * cells + 3 * groups


@pytest.mark.parametrize("peer", table_jobs.PANDAS_PEERS, ids=lambda peer: peer.question)
def test_any_difference_of_tables_fails_the_bench(tables: Path, peer: table_jobs.Peer) -> None:
    path = peer.table(tables, "csv")
    original, value = pl.read_csv(path), pl.col(peer.values[-1])
    for changed in (
        original[1:],
        original.with_columns(value + 0.01),
        original.with_columns(pl.lit(None).alias(peer.values[-1])),
    ):
        changed.write_csv(path)
        with pytest.raises(SystemExit, match="differs from wieder"):
            refuse_different_tables(tables)
    original.write_csv(path)


def test_repeatradar_is_compared_where_an_age_is_over() -> None:
    peer = table_jobs.LIBRARY_PEERS[0]
    ours = pl.DataFrame(
        {
            "cohort_start": ["2024-01", "2024-01", None, "2024-02"],
            "age": ["0", "1", "0", "0"],
            "active": [2.0, 0.0, 5.0, 3.0],
            "state": ["final", "final", "final", "partial"],
        }
    )
    theirs = pl.DataFrame({"cohort_start": ["2024-01", "2024-02"], "age": ["0", "0"], "active": [2.0, 4.0]})
    known = known_rows(ours, peer)
    assert table_differences(known, on_rows_of(known, theirs, peer), peer) == []
    assert len(table_differences(known, theirs, peer)) == 2


def test_a_table_of_the_file_must_be_that_of_the_store(tmp_path: Path) -> None:
    (tmp_path / table_jobs.TABLES).mkdir()
    table_jobs.SEGMENTS.table(tmp_path).write_text("1\n")
    table_jobs.SEGMENTS.table(tmp_path, from_file=True).write_text("1\n")
    refuse_other_bytes(tmp_path)
    table_jobs.SEGMENTS.table(tmp_path, from_file=True).write_text("2\n")
    with pytest.raises(SystemExit, match="segments_from_file"):
        refuse_other_bytes(tmp_path)


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
    assert refuse_differences(ours, theirs) == 1, "a KPI that only wieder has is not a difference"
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
    verdicts = [target.is_met for target in findings.targets(measured, start_up)]
    assert verdicts == [True, False, False, False, True, True, False]
    del measured[jobs.PANDAS]
    assert len(list(findings.targets(measured, start_up))) == 6


def test_tables_have_bars_from_the_store_and_beside_each_peer() -> None:
    peer = table_jobs.PANDAS_PEERS[0]
    measured = {command.name: costs(5.0, 2_500_000_000) for command in table_jobs.COMMANDS}
    assert all(target.is_met for target in table_findings.table_targets(measured))
    assert table_findings.speed_table(measured) == "No peer was found.\n"
    measured |= {
        peer.command.name: costs(5.1, 2_600_000_000),
        peer.command.name_from_file: costs(10.0),
        peer.name_from("csv"): costs(51.0),
        peer.name_from("parquet"): costs(20.0),
    }
    missed = [target.promise for target in table_findings.table_targets(measured) if not target.is_met]
    assert missed == [f"{peer.command.name}: at most 5 s", "the largest peak memory of these: at most 2.5 GB"]
    row = table_findings.speed_table(measured).splitlines()[2]
    assert [cell.strip() for cell in row.split("|")[2:-1]] == ["10 x, met", "3.92 x, NOT met", "2 x, NOT met"]


def test_results_replace_those_of_the_last_run(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("above\n<!-- begin results -->\nold\n<!-- end results -->\nbelow\n")
    for results in ("new\n", "newer\n"):
        write_results(readme, results, "results")
    assert readme.read_text() == ("above\n<!-- begin results -->\n\nnewer\n\n<!-- end results -->\nbelow\n")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world")
    write_world(path, 3_000)
    return path


def test_the_models_recover_the_simulated_parameters(world: Path) -> None:
    histories = histories_of(str(world / "model_orders.parquet"), AS_OF)
    assert histories.total == 3_000
    found = fitted(BG_NBD, histories)
    for name, truth in zip(("r", "alpha", "a", "b"), (R, ALPHA, A, B), strict=True):
        assert found.parameters[name] == pytest.approx(truth, rel=0.5)


def test_the_fit_of_another_program_is_judged_by_our_likelihood(world: Path, tmp_path: Path) -> None:
    histories = histories_of(str(world / "model_orders.parquet"), AS_OF)
    ours = fitted(BG_NBD, histories)
    theirs, gave_up = tmp_path / "theirs.json", tmp_path / "gave-up.json"
    theirs.write_text(json.dumps({"fit_seconds": 9.0, "parameters": ours.parameters}))
    gave_up.write_text(json.dumps({"fit_seconds": 300, "parameters": {}}))
    assert judged(theirs, histories).log_likelihood == pytest.approx(ours.log_likelihood)
    assert judged(gave_up, histories).log_likelihood is None


def test_models_have_bars_of_their_own_and_beside_each_peer() -> None:
    cost = Cost(wall_seconds=3.0, cpu_seconds=4.0, peak_bytes=2_000_000_000)
    measured = {name: [cost] for name in (model_run.FROM_FILE, model_run.FROM_STORE, "lifetimes")}
    fit = {"fit_seconds": 0.4, "log_likelihood": -10.0, "parameters": {"r": 1.0}}
    fits = {
        "bg_nbd": fit,
        "pareto_nbd": fit,
        "lifetimes": {**fit, "fit_seconds": 5.0, "log_likelihood": -9.9},
    }
    targets = {target.promise: target.is_met for target in model_run.model_targets(measured, fits)}
    assert [met for promise, met in targets.items() if "peak memory" in promise] == [False, False]
    assert targets["fit faster than lifetimes: at least 10 x"]
    assert not targets["log-likelihood of lifetimes above ours: at most 0.001"]
    assert "aborted" not in model_run.fit_table(fits)
