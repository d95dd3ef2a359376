"""The purchase models that compete for a shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.models.bg_nbd import BG_NBD
from wieder.models.mbg_nbd import MBG_NBD
from wieder.models.nbd_future import NBD
from wieder.models.pareto_nbd import PARETO_NBD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wieder.models.fitting import Fit
    from wieder.models.histories import Histories
    from wieder.models.purchase_model import PurchaseModel

MODELS = (NBD, BG_NBD, MBG_NBD, PARETO_NBD)
"""The simplest first. The NBD, in which no customer drops out, is nested in each of the others."""


def first_certified(
    names: Sequence[str], histories: Histories, refuse: Callable[[Fit], None] | None = None
) -> tuple[PurchaseModel, Fit] | None:
    """The first of the models in `names` with a certified fit to the histories; None if there is none.

    The fits before it are passed to `refuse`.
    """
    models = {model.name: model for model in MODELS}
    for name in names:
        fit = models[name].fit(histories)
        if fit.is_certified:
            return models[name], fit
        if refuse is not None:
            refuse(fit)
    return None
