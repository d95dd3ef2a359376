"""BG/NBD: a customer may leave after each repeat purchase (Fader, Hardie and Lee 2005)."""

from __future__ import annotations

from wieder.models.beta_geometric import BetaGeometric, purchase_model

BG_NBD = purchase_model(BetaGeometric(name="bg_nbd", leaves_after_first=False))
