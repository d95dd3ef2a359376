"""MBG/NBD: a customer may leave after every purchase, including the first.

Batislam, Denizel and Filiztekin (2007).
"""

from __future__ import annotations

from wieder.models.beta_geometric import BetaGeometric, purchase_model

MBG_NBD = purchase_model(BetaGeometric(name="mbg_nbd", leaves_after_first=True))
