from __future__ import annotations

import math

import numpy as np
import pytest

from wieder.models.churn_rule import Verdicts, count_verdicts, pooled

SILENT = np.array([10, 90, 91, 200, 30, 120])
GONE = np.array([False, True, True, True, True, False])


def test_verdicts_by_hand() -> None:
    said = count_verdicts(SILENT > 90, GONE)
    assert said == Verdicts(lost_gone=2, lost_back=1, active_gone=2, active_back=1)
    assert (said.false_alarm_rate, said.miss_rate, said.accuracy) == (0.5, 0.5, 0.5)


def test_verdicts_of_two_cutoffs_combined() -> None:
    one, other = count_verdicts(SILENT > 90, GONE), count_verdicts(SILENT[:2] > 9, GONE[:2])
    assert pooled([one, other]) == Verdicts(lost_gone=3, lost_back=2, active_gone=2, active_back=1)
    assert pooled([one, other]).customers == 8


def test_rates_without_customers_are_unknown() -> None:
    nobody = pooled([])
    assert all(math.isnan(rate) for rate in (nobody.false_alarm_rate, nobody.miss_rate, nobody.accuracy))


@pytest.mark.parametrize("window", [0, 10, 90, 1000])
def test_a_longer_window_gives_fewer_alarms_and_more_misses(window: int) -> None:
    shorter, longer = count_verdicts(window < SILENT, GONE), count_verdicts(window + 50 < SILENT, GONE)
    assert longer.false_alarm_rate <= shorter.false_alarm_rate
    assert longer.miss_rate >= shorter.miss_rate
