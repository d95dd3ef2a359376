"""Typing mistakes: each has a message in words and a remedy that works; E1 to E21 are their numbers."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from outcomes import ORDERS, SAMPLE, fails
from wieder.asking.options import declared_options
from wieder.cli.options import SourceOptions
from wieder.cli.session import WITHOUT_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outcomes import Wieder

CUSTOMERS = "customer_id,country,email\nanna,DE,a@shop.de\nben,AT,b@shop.de\ncarl,DE,c@shop.de\n"
SPEND = "spent_on,channel,amount,currency\n2024-01-01,app,3.00,EUR\n2024-02-01,app,4.00,EUR\n"
FOREIGN = "order_id,carrier,shipped_on\nA1,Kutsche,2024-01-06\n"
SENT = "campaign_id,customer_id\n" + "".join(f"C{n},anna\n" for n in range(20))

OF_FILES = [
    (declared.flags[0], {"decimal": "comma", "dates": "dmy", "encoding": "cp1252"}.get(field.name, "x y"))
    for field, declared in declared_options(SourceOptions)
    if field.name not in WITHOUT_FILES
]


@pytest.mark.parametrize(("flag", "value"), OF_FILES)
@pytest.mark.parametrize("command", ["kpis", "report", "check", "loads", "verify"])
def test_e1_options_of_files_are_refused_where_the_store_is_read(
    wieder: Wieder, command: str, flag: str, value: str
) -> None:
    value = "amount=x y" if flag == "--map" else value
    refusal = fails(wieder(command, flag, value), 2)
    assert f"{flag} changes nothing in the store" in refusal
    assert f"`wieder load FILE {flag} {shlex.quote(value)}`" in refusal


def test_e1_all_of_them_are_in_the_remedy(wieder: Wieder) -> None:
    assert len(OF_FILES) > 9
    refusal = fails(wieder("kpis", "--where", "amount > 9", "--map", "amount=a", "--map", "status=b"), 2)
    assert "--map and --where change nothing in the store" in refusal
    assert "`wieder load FILE --map amount=a --map status=b --where 'amount > 9'`" in refusal


def test_e1_the_remedy_does_what_was_meant(wieder: Wieder) -> None:
    assert wieder("load", "orders.csv", "--where", "amount > 9").code == 0
    assert float(wieder("loads").rows()[0]["rows_left_out"]) == 1


@pytest.mark.parametrize(
    ("condition", "told"),
    [("amount >", "it ends too early"), ("amount > ) 3", "near"), ("amont > 3", "did you mean amount?")],
)
def test_e1_a_malformed_condition_is_told(wieder: Wieder, condition: str, told: str) -> None:
    refusal = fails(wieder("kpis", "orders.csv", "--where", condition), 2)
    assert refusal.startswith("wieder: error: --where: ")
    assert told in refusal


OPEN_IT = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


@pytest.fixture
def other_process(wieder: Wieder, tmp_path: Path) -> Iterator[int]:
    """The number of a process that has the store open for writing."""
    assert wieder("load", "orders.csv").code == 0
    command = [sys.executable, "-c", OPEN_IT, str(tmp_path / "wieder.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield process.pid


@pytest.mark.parametrize("arguments", [("kpis",), ("load", "spend.csv"), ("loads",)])
def test_e2_a_store_that_another_program_has_open_is_named_with_it(
    wieder: Wieder, tmp_path: Path, other_process: int, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "spend.csv").write_text(SPEND)
    refusal = fails(wieder(*arguments), 3)
    assert f"wieder.duckdb is open in another program (process {other_process})\n" in refusal
    assert "close it there, or wait, and run this again" in refusal


@pytest.mark.parametrize("target", [(), ("-o", "report.html")])
@pytest.mark.parametrize("store", ["orders.csv", "missing.csv"])
def test_e6_a_template_that_extends_itself_learns_the_name_of_the_built_in_one(
    wieder: Wieder, tmp_path: Path, store: str, target: tuple[str, ...]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "report.html.j2").write_text('\n{% extends "report.html.j2" %}\n')
    refusal = fails(wieder("report", store, "--templates", "mine", *target), 2)
    assert "mine/report.html.j2:2: this template extends itself" in refusal
    assert '{% extends "wieder/report.html.j2" %}' in refusal


def folder(tmp_path: Path, **files: str) -> None:
    (tmp_path / "data").mkdir()
    for name, text in files.items():
        (tmp_path / "data" / f"{name}.csv").write_text(text)


@pytest.mark.parametrize("foreign", [FOREIGN, SENT])
@pytest.mark.parametrize("typed", ["data", "data/"])
def test_e7_a_folder_with_a_foreign_file_gives_the_command_with_the_others(
    wieder: Wieder, tmp_path: Path, foreign: str, typed: str
) -> None:
    folder(tmp_path, aliens=foreign, orders=ORDERS, customers=CUSTOMERS)
    refusal = fails(wieder("kpis", typed, "--period", "month"), 3)
    assert "data/aliens.csv" in refusal.splitlines()[0]
    assert "--map" not in refusal
    command = refusal.splitlines()[1].split("`")[1]
    assert command == "wieder kpis data/customers.csv data/orders.csv --period month"
    assert wieder(*shlex.split(command)[1:]).code == 0


def test_e7_of_the_sample_shop_the_files_that_can_be_read_are_named(wieder: Wieder) -> None:
    refusal = fails(wieder("kpis", str(SAMPLE)), 3)
    readable = " ".join(f"{SAMPLE}/{name}.csv" for name in ("customers", "orders", "spend"))
    assert f"`wieder kpis {readable}`" in refusal


def test_e7_many_files_are_not_named_one_by_one(wieder: Wieder, tmp_path: Path) -> None:
    folder(tmp_path, aliens=FOREIGN, **{f"orders{n}": ORDERS.replace("A1", f"Z{n}") for n in range(9)})
    assert "move it out of data, or name the 9 files" in fails(wieder("kpis", "data"), 3)


def test_e7_a_foreign_file_alone_may_be_mapped(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "aliens.csv").write_text(FOREIGN)
    assert "--map customer_id=COLUMN" in fails(wieder("kpis", "orders.csv", "aliens.csv"), 3)


def test_e8_without_orders_it_is_said_what_there_is(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    (tmp_path / "spend.csv").write_text(SPEND)
    refusal = fails(wieder("kpis", "customers.csv"), 3)
    assert "the only data are customers (customers.csv): the orders are missing" in refusal
    assert "name the order export as well: orders.csv customers.csv" in refusal
    assert "the only data are spend (spend.csv): " in fails(wieder("kpis", "spend.csv"), 3)
    assert "customers and spend" in fails(wieder("kpis", "customers.csv", "spend.csv"), 3)
    assert wieder("load", "customers.csv").code == 0
    assert "remedy: `wieder load orders.csv`" in fails(wieder("kpis"), 3)


def test_e8_orders_that_do_not_count_are_not_missing(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "cancelled.csv").write_text(ORDERS.replace("paid", "cancelled"))
    assert "the data contain no valid orders" in fails(wieder("kpis", "cancelled.csv"), 3)


def test_e9_the_currencies_that_are_there_are_named(wieder: Wieder, tmp_path: Path) -> None:
    header, *lines = ORDERS.split()
    rows = [f"{header},currency", *(f"{line},EUR" for line in lines)]
    (tmp_path / "orders.csv").write_text("\n".join(rows) + "\n")
    refusal = fails(wieder("kpis", "orders.csv", "--currency", "usd"), 3)
    assert "none of the 6 rows of orders is in USD: they are in EUR" in refusal
    assert "write --currency EUR" in refusal


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Gefährdet", "did you mean Gefährdete?"),
        ("gefaehrdet", "did you mean Gefährdete?"),
        ("at-risk", "did you mean At risk?"),
        ("risk", "did you mean At risk?"),
        ("champion", "did you mean Champions?"),
    ],
)
def test_e10_a_segment_may_be_meant_in_either_language(wieder: Wieder, typed: str, meant: str) -> None:
    assert meant in fails(wieder("customers", "orders.csv", "--segment", typed), 2)


def test_e10_the_label_of_either_language_is_a_segment(wieder: Wieder) -> None:
    english = wieder("customers", "orders.csv", "--segment", "At risk")
    assert english.code == 0
    assert wieder("customers", "orders.csv", "--segment", "gefährdete").out == english.out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Wiederkaufsrate", "did you mean repeat_purchase_rate?"),
        ("purchase_repeat_rate", "did you mean repeat_purchase_rate?"),
        ("Umsätze", "did you mean revenue?"),
        ("revenu", "did you mean revenue?"),
    ],
)
def test_e11_a_kpi_may_be_meant_in_either_language(wieder: Wieder, typed: str, meant: str) -> None:
    assert meant in fails(wieder("explain", typed), 2)
    assert meant in fails(wieder("diff", "orders.csv", "--kpi", typed), 2)


def test_e11_where_nothing_is_near_the_names_are_listed(wieder: Wieder) -> None:
    assert "`wieder help kpis`" in fails(wieder("explain", "qwertz"), 2)
    remedy = "there are orders, revenue, average_order_value, median_order_value, new_orders and "
    assert remedy in fails(wieder("diff", "orders.csv", "--kpi", "qwertz"), 2)


def test_e11_a_label_is_a_kpi_and_results_have_its_id(wieder: Wieder) -> None:
    for label in ("Wiederkaufrate", "Repeat purchase rate", "repeat_purchase_rate"):
        [row] = wieder("explain", label, "--format", "csv").rows()
        assert row["kpi"] == "repeat_purchase_rate"
    found = wieder("diff", "orders.csv", "--kpi", "Umsatz,orders").rows()
    assert {row["kpi"] for row in found} == {"revenue", "orders"}
    found = wieder("diff", "orders.csv", "--kpi", "Refunds, by day of the order").rows()
    assert {row["kpi"] for row in found} <= {"refunds"}


@pytest.mark.parametrize("day", ["2024-03-01", "01.03.2024", "1.3.2024", "1. 3. 2024"])
def test_e12_days_may_be_typed_in_the_german_way(wieder: Wieder, day: str) -> None:
    expected = wieder(
        "kpis", "orders.csv", "--as-of", "2024-03-01", "--from", "2024-01", "--to", "2024-02-29"
    )
    assert expected.code == 0
    typed = wieder("kpis", "orders.csv", "--as-of", day, "--from", "1.2024", "--to", "29.02.2024")
    assert typed.out == expected.out
    assert wieder("load", "orders.csv", "--exported-at", f"{day.replace('. ', '.')} 18:00").code == 0


@pytest.mark.parametrize("text", ["31.12.25", "12/31/2025", "30.2.2025", "13.2025", "gestern", "1.1", ""])
def test_e12_what_may_mean_two_days_is_refused_with_examples(wieder: Wieder, text: str) -> None:
    refusal = fails(wieder("kpis", "orders.csv", "--as-of", text), 2)
    assert f"--as-of {text!r} is not a date" in refusal
    assert "write a day (2024-03-05), month (2024-03)" in refusal


def test_e13_a_span_that_ends_before_it_begins_is_turned_round(wieder: Wieder) -> None:
    refusal = fails(wieder("kpis", "missing.csv", "--from", "2026", "--to", "2025"), 2)
    assert "--from 2026 is after --to 2025" in refusal
    assert "write --from 2025 --to 2026" in refusal
    assert wieder("kpis", "orders.csv", "--from", "2024-02", "--to", "2024").code == 0


def test_e14_columns_that_are_near_are_proposed(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    files = ("orders.csv", "customers.csv")
    assert "remedy: did you mean channel?" in fails(wieder("kpis", *files, "--by", "chanel"), 2)
    assert "did you mean customers.country?" in fails(wieder("kpis", *files, "--by", "contry"), 2)
    for typed in ("emial", "qwertz"):
        remedy = fails(wieder("kpis", *files, "--by", typed), 2).splitlines()[1]
        assert "mail" not in remedy.replace(typed, "")
        assert remedy.count(",") == 4
        assert "more" in remedy


@pytest.mark.parametrize(
    ("arguments", "message", "remedy"),
    [
        (("clv", "--margin", "40%"), "--margin must be a number, 1 or less, not '40%'", "write --margin 0.4"),
        (("clv", "--margin", "40"), "--margin must be a number, 1 or less, not '40'", "write --margin 0.4"),
        (("clv", "--margin", "0,4"), "not '0,4'", "write --margin 0.4"),
        (("clv", "--margin", "viel"), "not 'viel'", "write --margin 0.5"),
        (("kpis", "--top", "x"), "--top must be a whole number, 1 or more, not 'x'", "write --top 10"),
        (("kpis", "--top", "0"), "--top must be a whole number, 1 or more, not '0'", "write --top 1"),
        (("backtest", "--moments", "50"), "a whole number from 1 to 24, not '50'", "write --moments 24"),
        (("report", "--wait", "-3"), "--wait must be a number, 0 or more, not '-3'", "write --wait 0"),
        (("report", "--wait", "60s"), "--wait must be a number, 0 or more, not '60s'", "write --wait 60"),
        (("unload", "x"), "LOAD must be a whole number, not 'x'", ""),
        (
            ("kpis", "--period", "mont"),
            "day, week, month, quarter, year or all, not 'mont'",
            "--period month?",
        ),
        (("kpis", "--lang", "fr"), "--lang must be de, en, de-AT or de-CH, not 'fr'", "--lang de"),
        (("kpis", "--db"), "--db needs a value", "--db VALUE"),
        (("kpis", "--incomplete=yes"), "--incomplete takes no value", "write --incomplete alone"),
        (("explain",), "wieder explain: NAME is missing", "`wieder explain NAME`"),
    ],
)
def test_e15_values_out_of_range_are_told_in_words(
    wieder: Wieder, arguments: tuple[str, ...], message: str, remedy: str
) -> None:
    refusal = fails(wieder(*arguments), 2)
    assert message in refusal.splitlines()[0]
    assert remedy in refusal.splitlines()[1]
    assert "range" not in refusal
    assert "valid" not in refusal


@pytest.mark.parametrize(
    ("command", "typed", "meant"),
    [
        ("kpis", "exel", "xlsx"),
        ("kpis", "excel", "xlsx"),
        ("kpis", "md", "markdown"),
        ("report", "pfd", "pdf"),
    ],
)
def test_e17_only_formats_that_the_command_writes_are_named(
    wieder: Wieder, command: str, typed: str, meant: str
) -> None:
    message, remedy = fails(wieder(command, "orders.csv", "--format", typed), 2).splitlines()
    assert ("pdf" in message.replace(typed, "")) == (command == "report")
    assert ("csv" in message) == (command == "kpis")
    assert f"did you mean --format {meant}?" in remedy


@pytest.mark.parametrize("target", [(), ("-o", "report.html"), ("-o", "report.pdf"), ("--format", "table")])
def test_e18_templates_are_looked_at_before_anything_is_read(
    wieder: Wieder, tmp_path: Path, target: tuple[str, ...]
) -> None:
    refusal = fails(wieder("report", "missing.csv", "--templates", "nosuch", *target), 2)
    assert "nosuch: this folder does not exist" in refusal
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "report.html.j2").write_text("\n\n{% if %}")
    refusal = fails(wieder("report", "missing.csv", "--templates", "broken", *target), 2)
    assert "broken/report.html.j2:3: " in refusal


@pytest.mark.parametrize("options", [(), ("-o", "my shop.toml")])
def test_e19_init_ends_with_the_command_that_loads(
    wieder: Wieder, tmp_path: Path, options: tuple[str, ...]
) -> None:
    (tmp_path / "my customers.csv").write_text(CUSTOMERS)
    told = wieder("init", "orders.csv", "my customers.csv", *options).err
    command = told.split("now: ")[1].split(" [")[0]
    assert command.startswith("wieder load orders.csv 'my customers.csv'")
    assert ("--config 'my shop.toml'" in command) == bool(options)
    assert wieder(*shlex.split(command)[1:]).code == 0


def test_e20_a_failed_load_leaves_nothing(wieder: Wieder, tmp_path: Path) -> None:
    fails(wieder("load", "orders.csv", "--expect-rows", "5"), 3)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]
    assert wieder("load", "orders.csv").code == 0
    fails(wieder("load", "orders.csv", "missing.csv"), 3)
    assert (tmp_path / "wieder.duckdb").exists()


def test_e21_a_named_pipe_is_read_like_standard_input(wieder: Wieder, tmp_path: Path) -> None:
    expected = wieder("kpis", "orders.csv")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(ORDERS,))
    writer.start()
    found = wieder("kpis", str(pipe), str(pipe))
    writer.join()
    assert found.out == expected.out
    assert "was given twice" in found.err


def test_e21_a_process_substitution_is_read(wieder: Wieder, tmp_path: Path) -> None:
    script = f"{shlex.quote(sys.executable)} -m wieder kpis <(cat orders.csv) --format csv"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.stderr.count(b"error") == 0
    assert done.stdout == wieder("kpis", "orders.csv", "--format", "csv").out
