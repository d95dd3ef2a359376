"""The basis of the amounts in words, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from wieder.locale import texts
from wieder.writing.basis import amount_basis


@pytest.mark.parametrize(
    ("includes", "less", "en", "de"),
    [
        (
            None,
            (),
            "Amounts are those of the export; tax and shipping are in them as the export has them",
            (
                "Die Beträge sind die des Exports; "
                "Steuer und Versand sind darin so enthalten, wie der Export sie führt"
            ),
        ),
        (
            (),
            (),
            "Amounts include neither tax nor shipping",
            "Die Beträge enthalten weder Steuer noch Versand",
        ),
        (
            ("shipping", "tax"),
            (),
            "Amounts include tax and shipping",
            "Die Beträge enthalten Steuer und Versand",
        ),
        (
            ("tax",),
            (),
            "Amounts include tax and no shipping",
            "Die Beträge enthalten Steuer, aber nicht Versand",
        ),
        (
            ("shipping", "tax"),
            ("shipping", "discount"),
            (
                "Amounts include tax and shipping. "
                "Of the amounts of the export, shipping and discounts are taken off"
            ),
            (
                "Die Beträge enthalten Steuer und Versand. "
                "Von den Beträgen des Exports sind Versand und Rabatte abgezogen"
            ),
        ),
    ],
)
def test_the_basis_in_words(includes: Any, less: Any, en: str, de: str) -> None:
    assert amount_basis(includes, less, texts("en")) == en
    assert amount_basis(includes, less, texts("de")) == de
