"""The tracer of `spine.py` records the actual calls of a run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from outcomes import ORDERS
from spine import READ, SHOW, files_of, trace

if TYPE_CHECKING:
    from pathlib import Path

    from spine import Spine

MOST_FILES, MOST_CALLS = 8, 6
"""Limits of the spine, so that a developer can follow the path of an order."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Spine:
    orders: Path = tmp_path_factory.mktemp("shop") / "orders.csv"
    orders.write_text(ORDERS)
    return trace([orders])


def test_both_ends_of_the_pipe_are_reached_from_the_command(found: Spine) -> None:
    assert list(found.walks) == [READ, SHOW]
    for name, walk in found.walks.items():
        assert (walk[0][0].split("/")[0], walk[0][1]) == ("cli", "report")
        assert walk[-1][1] == name
        assert not {function for _, function in walk} & {"<module>", "<listcomp>", "<genexpr>", "<lambda>"}


def test_the_spine_is_made_of_files_in_which_functions_are_called(found: Spine) -> None:
    assert set(found.spine) <= found.files
    assert found.spine == files_of([step for walk in found.walks.values() for step in walk])
    assert found.calls == max(len(walk) for walk in found.walks.values()) - 1


def test_a_file_of_names_alone_is_not_called_and_nobody_watches_any_longer(found: Spine) -> None:
    assert "__init__.py" not in found.files
    assert "marts/__init__.py" not in found.files, "its registry is made when it is imported"
    assert sys.getprofile() is None


def test_the_way_from_an_order_to_a_tile_is_short(found: Spine) -> None:
    assert len(found.spine) <= MOST_FILES
    assert found.calls <= MOST_CALLS
