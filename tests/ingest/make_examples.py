"""Exports of the invented shop in every format, with their contents: `python make_examples.py` writes them.

The expected results are computed from the orders, not by the loader.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from example_exports import EXAMPLES

FOLDER = Path(__file__).parent / "formats"
HEADERS = {
    name: columns.split("|")
    for name, columns in tomllib.loads((FOLDER / "headers.toml").read_text("utf-8")).items()
}


def toml_value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {toml_value(inner)}' for key, inner in value.items()) + " }"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"{value}"'


def truth_file() -> str:
    """Expected result of loading each example, as TOML."""
    parts = ["# Expected result of loading each example; written by make_examples.py."]
    for name, made in EXAMPLES.items():
        facts = "\n".join(f"{key} = {toml_value(value)}" for key, value in made().truth.items())
        parts.append(f"[{name}]\n{facts}")
    return "\n\n".join(parts) + "\n"


def files() -> dict[str, bytes]:
    """Every file that this script writes, by name."""
    found = {f"{name}.{made().suffix}": made().content(HEADERS[name]) for name, made in EXAMPLES.items()}
    return found | {"truth.toml": truth_file().encode()}


if __name__ == "__main__":
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)
