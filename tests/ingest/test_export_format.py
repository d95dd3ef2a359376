from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from loading import Loaded, export, load
from make_examples import FOLDER, HEADERS, files

from wieder.config import Settings
from wieder.errors import DataError, UsageError
from wieder.exports.names import fold
from wieder.ingest.export_format import formats_of, known_formats
from wieder.ingest.header import tried_exports

if TYPE_CHECKING:
    from pathlib import Path

NAMES = sorted(known_formats())
TRUTH = tomllib.loads((FOLDER / "truth.toml").read_text("utf-8"))
REFUSED = [name for name in NAMES if TRUTH[name].get("refused")]

OWN = {
    "table": "orders",
    "system": "Marktstand",
    "title": "Kassenbuch",
    "header": ("Bon", "Kasse", "Wer", "Wann", "Wieviel"),
    "columns": {"order_id": "Bon", "customer_id": "Wer", "ordered_at": "Wann", "amount": "Wieviel"},
    "dates": ["%d. %b %Y"],
    "decimal": "comma",
}


def example(name: str) -> Path:
    [found] = FOLDER.glob(f"{name}.*")
    return found


def months(loaded: Loaded) -> dict[str, int]:
    return dict(
        loaded.rows(
            "select strftime(ordered_at, '%Y-%m') as month, count(*) from staged_orders group by month"
        )
    )


def states(loaded: Loaded) -> dict[str, int]:
    return dict(loaded.rows("select status, count(*) from staged_orders group by status"))


def test_every_format_has_an_example_and_every_example_a_format() -> None:
    assert {path.stem for path in FOLDER.iterdir()} - {"headers", "truth"} == set(NAMES)
    assert set(TRUTH) == set(HEADERS) == set(NAMES)


@pytest.mark.parametrize("name", sorted(files()))
def test_the_examples_match_the_script(name: str) -> None:
    assert (FOLDER / name).read_bytes() == files()[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_header_fits_its_own_format_only(name: str) -> None:
    folded = [fold(column) for column in HEADERS[name]]
    assert [other for other in NAMES if known_formats()[other].fits(folded)] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_format_describes_itself_completely(name: str) -> None:
    form = known_formats()[name]
    assert form.system
    assert form.title
    assert bool(form.refuse) == bool(form.instead) == (name in REFUSED)
    written = {fold(column) for column in HEADERS[name]}
    needed = {"order_id", "ordered_at", "amount"} if form.table == "orders" else {"customer_id"}
    assert not form.columns or needed <= form.columns.keys()
    for column in needed & form.columns.keys():
        assert written & {fold(other) for other in form.source(column).names}
    used = {column for words in form.states.values() for column in words}
    assert {fold(column) for column in used} <= written
    assert set(form.plus) | set(form.per_line) <= form.columns.keys()


@pytest.mark.parametrize("name", [name for name in NAMES if "orders" in TRUTH[name]])
def test_an_example_of_orders_gives_the_sales_of_the_shop(name: str) -> None:
    truth: dict[str, Any] = TRUTH[name]
    loaded = load(example(name), columns=truth.get("columns"), **truth["settings"])
    counts = "count(*), sum(amount), count(distinct customer_key), count(*) - count(customer_key)"
    assert loaded.rows(f"select {counts} from staged_orders") == [
        (truth["orders"], Decimal(truth["amount"]), truth["customers"], truth["anonymous"])
    ]
    assert months(loaded) == truth["months"]
    assert states(loaded) == truth.get("states", states(loaded))
    [(refunded,)] = loaded.rows("select sum(refunded_amount) from staged_orders")
    assert refunded == (Decimal(truth["refunded"]) if "refunded" in truth else None)
    assert {reason for _, reason in loaded.rejects()} <= {"footer", "blank-row"}
    assert "export-format" in loaded.slugs


@pytest.mark.parametrize("name", [name for name in NAMES if TRUTH[name].get("table") == "customers"])
def test_an_example_of_customers_gives_all_of_them(name: str) -> None:
    loaded = load(example(name))
    assert loaded.rows("select count(*) from staged_customers") == [(TRUTH[name]["customers"],)]
    assert loaded.rejects() == []


@pytest.mark.parametrize("name", REFUSED)
def test_an_export_without_customers_is_refused_with_reason_and_remedy(name: str) -> None:
    form = known_formats()[name]
    with pytest.raises(DataError) as caught:
        load(example(name), time_zone="UTC", currency="EUR")
    assert form.system in caught.value.message
    assert form.refuse in caught.value.message
    assert caught.value.remedy == form.instead


def test_a_format_without_orders_is_refused_even_with_a_mapping() -> None:
    with pytest.raises(DataError, match="payments"):
        load(example("amazon_settlement"), columns={"customer_id": "sku"})


def test_an_export_is_recognised_whatever_its_file_name_and_the_case_of_its_header(
    tmp_path: Path,
) -> None:
    text = example("etsy").read_text("utf-8")
    header, rows = text.split("\n", 1)
    path = tmp_path / "shopify_orders.csv"
    path.write_text(f"{header.upper().replace(' ', '_')}\n{rows}", "utf-8")
    assert "Etsy, sold orders" in load(path, currency="EUR").message("export-format")


def test_the_mapping_of_the_user_overrides_the_format() -> None:
    settings = TRUTH["shopify_orders"]["settings"]
    loaded = load(example("shopify_orders"), columns={"amount": "Subtotal", "email": ""}, **settings)
    assert loaded.rows("select sum(amount), count(email) from staged_orders") == [(Decimal("2482.41"), 0)]
    with pytest.raises(UsageError, match="has no column 'Totall' for amount"):
        load(example("shopify_orders"), columns={"amount": "Totall"}, **settings)


def test_many_files_of_one_format_are_named_once(tmp_path: Path) -> None:
    for number in (1, 2):
        text = example("etsy").read_text("utf-8").replace("88500", f"88{number}00")
        (tmp_path / f"{number}.csv").write_text(text, "utf-8")
    loaded = load(tmp_path, currency="EUR")
    assert loaded.slugs.count("export-format") == 1
    assert "2 files such as" in loaded.message("export-format")


def test_a_format_of_the_user_works_like_a_built_in_one(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv", '1,2,Ada,7. März 2025,"1.200,50"', '2,2,,31. Okt. 2025,"1,00"',
        header="Bon,Kasse,Wer,Wann,Wieviel",
    )  # fmt: skip
    loaded = load(path, formats={"marktstand": OWN})
    assert loaded.orders("order_id, customer_key, ordered_at, amount, kasse") == [
        ("1", "Ada", "2025-03-07 00:00:00", "1200.5000", "2"),
        ("2", None, "2025-10-31 00:00:00", "1.0000", "2"),
    ]
    assert "Marktstand, Kassenbuch" in loaded.message("export-format")


def test_a_format_of_the_user_replaces_a_built_in_one() -> None:
    assert formats_of(Settings(formats={"etsy": OWN}))["etsy"].system == "Marktstand"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"header": ()}, r"\[formats.own\] has no header"),
        ({"colums": {}}, r"\[formats.own\]: Object contains unknown field `colums`"),
        ({"row": "basket"}, r"\[formats.own\]: Invalid enum value 'basket'"),
        ({"zone": "cell"}, r"\[formats.own\]: zone = \"cell\" requires %z in every pattern"),
        ({"columns": {"amuont": "x"}}, r"\[formats.own\]: the export orders has no column amuont"),
    ],
)
def test_an_invalid_format_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        formats_of(Settings(formats={"own": OWN | change}))


def test_exports_are_tried_with_orders_first_and_customers_last() -> None:
    tried = [export.name for export in tried_exports()]
    assert (tried[0], tried[-1]) == ("orders", "customers")
