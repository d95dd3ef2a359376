"""SQL conditions written by the user, restricted to the cells of one row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from wieder.errors import UsageError, likely

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from wieder.database import Connection

CLASSES = frozenset(
    {
        "COMPARISON", "CONJUNCTION", "OPERATOR", "CONSTANT", "COLUMN_REF", "CAST", "TYPE", "BETWEEN",
        "CASE", "FUNCTION",
    }
)  # fmt: skip
"""Kinds of expressions that depend on one row only: no subquery, window, parameter or lambda."""

FUNCTIONS = frozenset(
    {
        "~~", "!~~", "~~*", "!~~*", "~~~", "like_escape", "not_like_escape", "ilike_escape",
        "not_ilike_escape", "+", "-", "*", "/", "//", "%", "||", "concat", "lower", "upper", "trim",
        "ltrim", "rtrim", "length", "left", "right", "substring", "substr", "replace", "contains",
        "starts_with", "ends_with", "prefix", "suffix", "strpos", "instr", "regexp_matches",
        "regexp_full_match", "abs", "round", "floor", "ceil", "trunc", "sign", "mod", "greatest", "least",
        "nullif", "coalesce", "year", "quarter", "month", "week", "day", "hour", "isodow", "dayofweek",
        "date_part", "date_trunc", "to_years", "to_months", "to_weeks", "to_days", "to_hours",
    }
)  # fmt: skip
"""Allowed functions, which depend on their arguments only; others read files, settings or the environment."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The setting that contains a condition, for messages."""

    name: str
    """Name of the setting, such as `[orders] where`."""
    remedy: str
    """Remedy with an example of a condition."""


WHERE = Setting(
    name="--where",
    remedy="write one condition over columns, such as --where \"quantity > 0 and not order_id like 'C%'\"",
)
"""The condition for rows of order exports."""


def condition_columns(con: Connection, condition: str, setting: Setting) -> frozenset[str]:
    """The columns that `condition` uses, in lower case.

    Raises UsageError for anything but a single condition over the cells of one row.
    """
    tree = _parse(con, condition, setting)
    columns = set()
    for node in _nodes(tree):
        kind, name = node["class"], str(node.get("function_name", "")).lower()
        if kind not in CLASSES or (kind == "FUNCTION" and (name not in FUNCTIONS or node.get("schema"))):
            raise UsageError(
                f"{setting.name}: {name or kind.lower()} is not allowed in {condition!r}", setting.remedy
            )
        if kind == "COLUMN_REF":
            columns.add(".".join(node["column_names"]).lower())
    return frozenset(columns)


def refuse_non_boolean(
    con: Connection, condition: str, rows: str, parameters: dict[str, Any], setting: Setting
) -> None:
    """Raises UsageError if `condition` is not Boolean over the columns of the SELECT `rows`."""
    query = f"describe select (\n{condition}\n) as condition from ({rows})"
    try:
        [(_, kind, *_)] = con.execute(query, parameters).fetchall()
    except (duckdb.BinderException, duckdb.ParserException, duckdb.ConversionException) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"{setting.name}: {condition!r} cannot be computed ({reason})", setting.remedy
        ) from error
    if kind != "BOOLEAN":
        raise UsageError(f"{setting.name}: {condition!r} is not true or false", setting.remedy)


def _parse(con: Connection, condition: str, setting: Setting) -> dict[str, Any]:
    """The syntax tree of the one expression in `condition`."""
    try:
        [[text]] = con.execute(
            "select json_serialize_sql($sql)", {"sql": f"select (\n{condition}\n)"}
        ).fetchall()
    except duckdb.Error as error:
        raise UsageError(
            f"{setting.name}: {condition!r} is not an SQL condition ({error})", setting.remedy
        ) from error
    parsed = json.loads(text)
    if parsed["error"]:
        raise UsageError(
            f"{setting.name}: {condition!r} is not an SQL condition ({_reason(condition, parsed)})",
            setting.remedy,
        )
    nodes = [statement["node"] for statement in parsed["statements"]]
    if len(nodes) != 1 or not _is_one_expression(nodes[0]):
        raise UsageError(f"{setting.name}: {condition!r} is more than one condition", setting.remedy)
    expression: dict[str, Any] = nodes[0]["select_list"][0]
    return expression


def _reason(condition: str, parsed: dict[str, Any]) -> str:
    """The reason given by DuckDB, without the closing bracket that was added to the condition."""
    reason = str(parsed["error_message"])
    return "it ends too early" if reason.endswith('near ")"') and ")" not in condition else reason


def _is_one_expression(node: dict[str, Any]) -> bool:
    """Whether a query consists of one expression, without FROM or any other clause."""
    clauses = ("modifiers", "where_clause", "group_expressions", "group_sets", "having", "qualify", "sample")
    return (
        node["type"] == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["from_table"]["type"] == "EMPTY"
        and not node["cte_map"]["map"]
        and not any(node[clause] for clause in clauses)
    )


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yields every expression in the syntax tree."""
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        for branch in tree.values():
            yield from _nodes(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)


def refuse_unknown_columns(
    condition: str, columns: Collection[str], known: Collection[str], file: str
) -> None:
    """Raises UsageError if `condition` uses a column that `file` does not have."""
    unknown = sorted(set(columns) - {name.lower() for name in known})
    if unknown:
        raise UsageError(
            f"{WHERE.name}: {file} has no column {unknown[0]} for {condition!r}",
            likely(unknown[0], sorted(known)),
        )
