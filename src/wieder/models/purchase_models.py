"""The models of purchases that compete for a shop."""

from wieder.models.bg_nbd import BG_NBD
from wieder.models.mbg_nbd import MBG_NBD
from wieder.models.nbd_future import NBD
from wieder.models.pareto_nbd import PARETO_NBD

MODELS = (NBD, BG_NBD, MBG_NBD, PARETO_NBD)
"""The simplest first. The NBD, in which nobody leaves, is nested in each of the others."""
