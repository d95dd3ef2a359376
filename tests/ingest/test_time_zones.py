from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from loading import HEADER, export, load

from wieder.database import connect
from wieder.errors import AmbiguousError, DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def times(tmp_path: Path, *values: str, **given: Any) -> Any:
    rows = [f"{number};A;{value};1" for number, value in enumerate(values)]
    return load(export(tmp_path / "a.csv", *rows, header=HEADER.replace(",", ";")), **given)


@pytest.mark.parametrize(
    ("value", "local"),
    [
        ("2025-10-07 09:50:26 +0200", "2025-10-07 09:50:26"),
        ("2025-10-07T07:50:26.000+00:00", "2025-10-07 09:50:26"),
        ("2025-10-07T07:50:26Z", "2025-10-07 09:50:26"),
        ("2025-10-07 07:50 UTC", "2025-10-07 09:50:00"),
        ("2025-10-07 02:50:26-05", "2025-10-07 09:50:26"),
        ("2025-10-31T23:30:00+00:00", "2025-11-01 00:30:00"),
        ("2025-12-31 23:15:00+0000", "2026-01-01 00:15:00"),
    ],
)
def test_a_time_with_offset_is_converted_to_the_time_of_the_shop(
    tmp_path: Path, value: str, local: str
) -> None:
    assert times(tmp_path, value, time_zone="Europe/Berlin").orders("ordered_at") == [local]


def test_the_repeated_hour_has_one_local_time(tmp_path: Path) -> None:
    loaded = times(tmp_path, "2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", time_zone="Europe/Berlin")
    assert loaded.orders("ordered_at") == ["2025-10-26 02:30:00"] * 2
    summer = times(tmp_path, "2025-03-30T00:59:00Z", "2025-03-30T01:00:00Z", time_zone="Europe/Berlin")
    assert summer.orders("ordered_at") == ["2025-03-30 01:59:00", "2025-03-30 03:00:00"]


def test_local_times_stay_as_they_are(tmp_path: Path) -> None:
    loaded = times(tmp_path, "2025-10-07 09:50:26", "2025-10-07", time_zone="America/New_York")
    assert loaded.orders("ordered_at") == ["2025-10-07 09:50:26", "2025-10-07 00:00:00"]


def test_local_times_among_times_with_offset_stay_local(tmp_path: Path) -> None:
    loaded = times(tmp_path, "2025-10-07 09:50:26", "2025-10-07T09:50:26Z", time_zone="Europe/Berlin")
    assert loaded.orders("ordered_at") == ["2025-10-07 09:50:26", "2025-10-07 11:50:26"]


def test_one_time_with_offset_requires_the_time_zone_of_the_shop(tmp_path: Path) -> None:
    with pytest.raises(
        AmbiguousError, match="line 4, column ordered_at: '2025-10-07T09:50:26Z' has a time zone"
    ) as caught:
        times(tmp_path, "2025-10-05", "2025-10-06", "2025-10-07T09:50:26Z")
    assert "--time-zone Europe/Berlin" in caught.value.remedy
    assert caught.value.answers[0].setting == ("input", "time_zone")


@pytest.mark.parametrize(
    "value", ["2025-02-30T10:00:00Z", "2025-01-01T25:00:00Z", "2025-01-01T10:00:00+99:00"]
)
def test_a_time_that_does_not_exist_is_rejected(tmp_path: Path, value: str) -> None:
    loaded = times(tmp_path, "2025-10-05T10:00:00Z", value, "2025-10-05T10:00:00Z", time_zone="UTC")
    assert len(loaded.orders()) == 2
    assert loaded.rejects() == [(3, "ordered-at-with-offset")]


@pytest.mark.parametrize("zone", ["Europe/Berlim", "Berlin", "UTC+1", "'; drop table x; --"])
def test_a_zone_that_does_not_exist_is_refused(tmp_path: Path, zone: str) -> None:
    with pytest.raises(UsageError, match="there is no such time zone") as caught:
        times(tmp_path, "2025-10-05", time_zone=zone)
    if "Berli" in zone:
        assert caught.value.remedy.endswith("Europe/Berlin")


def parquet_of_timestamps(path: Path) -> Path:
    moments = "timestamptz '2025-10-31 23:30:00+00'"
    connect().execute(
        f"copy (select 1 as order_id, 'A' as customer_id, {moments} as ordered_at, 1.5 as amount)"
        f" to '{path}' (format parquet)"
    )
    return path


def test_parquet_times_with_a_zone_are_converted_to_the_time_of_the_shop(tmp_path: Path) -> None:
    path = parquet_of_timestamps(tmp_path / "a.parquet")
    assert load(path, time_zone="Europe/Berlin").orders("ordered_at") == ["2025-11-01 00:30:00"]
    with pytest.raises(DataError, match="have a time zone, not that of the shop"):
        load(path)


UTC: dict[str, Any] = {
    "table": "orders",
    "header": ["nr", "who", "when (UTC)", "total"],
    "columns": {"order_id": "nr", "customer_id": "who", "ordered_at": "when (UTC)", "amount": "total"},
    "zone": "utc",
}


def test_a_format_in_utc_requires_a_zone_and_is_converted_to_the_time_of_the_shop(
    tmp_path: Path,
) -> None:
    rows = ["1,A,2025-10-31 23:30:00,1", "2,A,2025-10-31T23:30:00Z,1"]
    path = export(tmp_path / "a.csv", *rows, header="nr,who,when (UTC),total")
    with pytest.raises(AmbiguousError, match="the times are not in the time zone of the shop"):
        load(path, formats={"own": UTC})
    loaded = load(path, formats={"own": UTC}, time_zone="Europe/Berlin")
    assert loaded.orders("ordered_at") == ["2025-11-01 00:30:00"] * 2


def test_patterns_may_contain_an_offset(tmp_path: Path) -> None:
    own = UTC | {"zone": "cell", "dates": ["%a, %d %b %Y %H:%M:%S %z"]}
    path = export(
        tmp_path / "a.csv", '1,A,"Mon, 23 Sep 2024 23:21:24 +0000",1', header="nr,who,when (UTC),total"
    )
    loaded = load(path, formats={"own": own}, time_zone="Europe/Berlin")
    assert loaded.orders("ordered_at") == ["2024-09-24 01:21:24"]


def test_dates_in_another_form_than_that_of_the_format_are_refused(tmp_path: Path) -> None:
    own = UTC | {"zone": "shop", "dates": ["%d.%m.%Y"]}
    path = export(
        tmp_path / "a.csv",
        "1,A,2025-10-31,1",
        "2,A,31.10.2025,1",
        "3,A,2025-10-30,1",
        header="nr,who,when (UTC),total",
    )
    with pytest.raises(
        DataError, match=r"line 2, column when \(UTC\): '2025-10-31' is not a date, like 2 of 3"
    ):
        load(path, formats={"own": own})
