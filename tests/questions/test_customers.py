"""The customer list: counted by hand, by witness, and with filters."""

from __future__ import annotations

import hmac
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import asked_of, confirm
from segmented import options, segments_of
from shops import shop, silent
from wieder.config import Identity, Settings
from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.questions.customers import customers_of
from wieder.questions.customers.audience import Audience
from wieder.questions.customers.pseudonyms import PseudonymOptions, pseudonyms, read_key
from wieder.questions.customers.rows import birth_date, next_yearly

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notice, Notify

ROWS = [
    ("1", "a", "2024-01-01", "10"),
    ("2", "a", "2024-01-11", "20"),
    ("3", "a", "2024-01-31", "30.005"),
    ("4", "b", "2024-02-20", "40"),
    ("5", None, "2024-02-21", "999"),
]
CUSTOMERS = [
    {"customer_key": "a", "email": "a@example.org", "newsletter": " JA ", "birthday": "29.02.1980"},
    {"customer_key": "b", "email": "b@example.org", "newsletter": "no", "birthday": "1990-03-20"},
    {"customer_key": "z", "email": "z@example.org", "newsletter": "yes", "birthday": "1990-03-02"},
]


def listed(
    as_of: str = "2024-03-01",
    settings: Settings | None = None,
    rows: list[tuple[Any, ...]] | None = None,
    notify: Notify = silent,
    **audience: Any,
) -> pl.DataFrame:
    """Return the list of a small shop, confirmed by the witness if it has all customers by key."""
    con = shop(rows or ROWS, CUSTOMERS)
    asked = asked_of(con, rules=settings or options(), notify=notify, as_of=as_of, kind=PeriodKind.MONTH)
    found = customers_of(asked, Audience(**audience))
    if not {"segments", "consent", "upcoming", "key"} & set(audience):
        confirm(asked, found)
    return found.frame


def test_each_cell_by_hand() -> None:
    """The gaps of the shop are 10 and 20 days; its median of 15 has the weight of 3 own gaps."""
    a, b = listed(settings=options(scheme="lifecycle", window=30)).to_dicts()
    assert a == {
        "customer_key": "a", "first_order": date(2024, 1, 1), "last_order": date(2024, 1, 31),
        "days_since_last_order": 30, "orders": 3, "revenue": 60.005,
        "average_order_value": pytest.approx(60.005 / 3),
        "recency_score": 1, "frequency_score": 5, "money_score": 5,
        "customer_segment": "At risk", "previous_segment": "Active",
        "median_gap_days": 15.0, "expected_next_order": None,
    }  # fmt: skip
    assert b["previous_segment"] is None
    assert b["median_gap_days"] is None
    assert b["expected_next_order"] == date(2024, 3, 6)


def test_the_own_rhythm_outweighs_that_of_the_shop_as_gaps_grow_in_number() -> None:
    often = [(f"a{day}", "a", f"2024-01-{day:02d}", "1") for day in range(1, 32, 2)]
    rare = [("b1", "b", "2023-01-01", "1"), ("b2", "b", "2024-01-20", "1")]
    a, b = listed("2024-01-21", rows=[*often, *rare]).to_dicts()
    assert a["expected_next_order"] == date(2024, 1, 21)
    assert b["median_gap_days"] == 384
    shrunken = timedelta(days=98)  # (1 x 384 + 3 x 2) / 4, halves up
    assert b["expected_next_order"] == date(2024, 1, 20) + shrunken


def test_no_order_is_expected_in_a_shop_without_repeat_customers() -> None:
    (a,) = listed("2024-03-01", rows=[("1", "a", "2024-02-28", "1")]).to_dicts()
    assert a["expected_next_order"] is None


def test_personal_data_are_listed_only_on_request() -> None:
    frame = listed()
    assert not {"email", "newsletter", "birthday", "next_birthday"} & set(frame.columns)
    with_mail = listed(columns=("email",))
    assert with_mail["email"].to_list() == ["a@example.org", "b@example.org"]


def test_a_further_column_never_takes_the_name_of_ours() -> None:
    con = shop(ROWS, [{"customer_key": "a", "revenue": "x", "segment": "y"}])
    audience = Audience(columns=("revenue", "segment"))
    asked = asked_of(con, rules=options(), as_of="2024-03-01", kind=PeriodKind.MONTH)
    row = customers_of(asked, audience).frame.row(0, named=True)
    assert (row["revenue"], row["customers.revenue"], row["segment"]) == (60.005, "x", "y")


def test_a_column_is_called_as_in_the_export() -> None:
    con = shop(ROWS, [{"customer_key": "a", "export_email": "a@example.org"}])
    asked = asked_of(con, rules=options(), as_of="2024-03-01", kind=PeriodKind.MONTH)
    frame = customers_of(asked, Audience(columns=("email",))).frame
    assert frame["email"].to_list() == ["a@example.org", None]


def test_only_customers_with_consent_are_listed_and_the_others_counted() -> None:
    notices: list[Notice] = []
    frame = listed(consent="newsletter", notify=notices.append)
    assert frame["customer_key"].to_list() == ["a"]
    (notice,) = (notice for notice in notices if notice.slug == "no-consent")
    assert notice.message.startswith("1 customers are left out")


def test_all_accounts_of_a_person_must_consent() -> None:
    """b and c share an address, so they are one person with the number of b."""
    mail = {"email": "b@shop.de"}
    rows = [*ROWS[:3], ("4", "b", "2024-02-20", "40", mail), ("6", "c", "2024-02-25", "7", mail)]
    identity = Identity(keys=("customer_id", "email"))
    settings = Settings(identity=identity)
    notices: list[Notice] = []
    answers = {"a": "yes", "b": "yes", "c": "no"}
    con = shop(rows, [{"customer_key": key, "newsletter": answer} for key, answer in answers.items()])
    asked = asked_of(con, rules=settings, notify=notices.append, as_of="2024-03-01", kind=PeriodKind.MONTH)
    everybody = customers_of(asked, Audience())
    assert everybody.frame.select("customer_key", "orders").rows() == [("a", 3), ("b", 2)]
    agreed = customers_of(asked, Audience(consent="newsletter"))
    assert agreed.frame["customer_key"].to_list() == ["a"]
    segments_of(con, "2024-03-01", settings, notify=notices.append)
    assert "prospects" not in {notice.slug for notice in notices}


@pytest.mark.parametrize("name", ["At risk", "at RISK", "Gefährdete"])
def test_a_segment_is_an_audience_in_both_languages(name: str) -> None:
    settings = options(rfm={"At risk": "11 12 13 14 15"} | {"Others": OTHER_CELLS})
    english = listed(settings=settings, segments=("At risk",))
    assert english["customer_key"].to_list() == ["a"]
    assert set(listed(segments=(name,))["customer_segment"]) <= {"At risk"}


OTHER_CELLS = " ".join(f"{recency}{rest}" for recency in range(2, 6) for rest in range(1, 6))


def test_unknown_segments_and_columns_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match="there is no segment called 'Atrisk'"):
        listed(segments=("Atrisk",))
    with pytest.raises(UsageError, match="has no column 'mail'"):
        listed(columns=("mail",))
    with pytest.raises(UsageError, match="has no column 'optin'"):
        listed(consent="optin")


def test_upcoming_birthdays_and_anniversaries() -> None:
    frame = listed("2025-02-20", upcoming=9)
    assert frame.select("customer_key", "next_birthday", "next_anniversary").rows() == [
        ("a", date(2025, 2, 28), None),
        ("b", None, date(2025, 2, 20)),
    ]
    assert listed("2025-02-20", upcoming=8)["customer_key"].to_list() == ["b"]
    assert listed("2025-02-21", upcoming=7).is_empty()


@pytest.mark.parametrize(
    ("day", "today", "expected"),
    [
        ("2000-02-29", "2023-02-28", "2023-02-28"),
        ("2000-02-29", "2024-02-28", "2024-02-29"),
        ("2000-02-29", "2023-03-01", "2024-02-29"),
        ("2000-12-31", "2024-12-31", "2024-12-31"),
        ("2000-01-01", "2024-12-31", "2025-01-01"),
    ],
)
def test_days_of_the_year_return(day: str, today: str, expected: str) -> None:
    born = pl.lit(date.fromisoformat(day))
    assert pl.select(next_yearly(born, date.fromisoformat(today))).item() == date.fromisoformat(expected)


def test_birthdays_are_read_as_exports_write_them() -> None:
    texts = pl.DataFrame({"text": ["1980-02-29", " 29.02.1980", "19800229", "soon", "", None, "02/29/1980"]})
    read = texts.select(birth_date(pl.col("text"))).to_series().to_list()
    assert read == [date(1980, 2, 29)] * 3 + [None] * 4


def test_pseudonyms_are_hmac_sha256_of_the_key() -> None:
    """RFC 4231, test case 2."""
    made = pseudonyms(pl.Series("name", ["what do ya want for nothing?"]), b"Jefe")
    assert made.to_list() == ["5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"]
    frame = listed(key=b"0123456789abcdef")
    assert set(frame["customer_key"].str.len_chars()) == {64}
    assert frame["customer_key"].is_sorted()


@pytest.mark.parametrize("length", [16, 63, 64, 65, 200])
def test_keys_of_any_length_are_those_of_the_standard_library(length: int) -> None:
    key, names = bytes(range(length)), ["", "anna@shop.de", "Öztürk", "x" * 500]
    wanted = [hmac.digest(key, name.encode(), "sha256").hex() for name in names]
    assert pseudonyms(pl.Series("name", names), key).to_list() == wanted


def test_a_short_key_is_refused_and_a_readable_one_gives_a_notice(tmp_path: Path) -> None:
    notices: list[Notice] = []
    key = tmp_path / "key"
    with pytest.raises(UsageError, match="cannot be read"):
        read_key(key, notices.append)
    key.write_bytes(b"0123456789abcde\n")
    with pytest.raises(UsageError, match="has 15 bytes, and needs at least 16"):
        read_key(key, notices.append)
    key.write_bytes(b"0123456789abcdef\n")
    key.chmod(0o644)
    assert read_key(key, notices.append) == b"0123456789abcdef"
    assert [notice.slug for notice in notices] == ["key-readable"]
    key.chmod(0o600)
    read_key(key, notices.append)
    assert len(notices) == 1


def test_a_key_is_read_once_so_that_it_may_come_through_a_pipe(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"0123456789abcdef")
    options = PseudonymOptions(pseudonym=str(file))
    assert options.key == b"0123456789abcdef"
    file.write_bytes(b"")
    assert options.key == b"0123456789abcdef"


@pytest.mark.parametrize("scheme", ["rfm", "abc", "vip", "lifecycle"])
@pytest.mark.parametrize("lookback", [0, 15, 40])
def test_the_witness_sees_the_same_customers(scheme: str, lookback: int) -> None:
    frame = listed(settings=options(scheme=scheme, lookback_days=lookback))
    assert frame.height == 2
