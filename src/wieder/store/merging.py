"""Merge of one export into the store: by its key, or as facts that are never replaced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from wieder.database import quote, rows_of, script
from wieder.exports.base import CUSTOMER_KEY, ORDER_ID
from wieder.exports.orders import ORDERS
from wieder.notices import Notice
from wieder.store.report import count
from wieder.store.tables import (
    brings_customers,
    columns_of,
    content,
    listed,
    refers_to_customers,
    refers_to_orders,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wieder.database import Connection
    from wieder.exports.base import Export
    from wieder.notices import Notify
    from wieder.store.terms import Terms

UPDATE_TIMES = (
    "updated_at", "modified_at", "last_modified", "date_modified", "aktualisiert_am", "geändert_am",
    "geaendert_am",
)  # fmt: skip
"""Columns with the time of the last change of a row, by their names in the store."""


@dataclass(frozen=True, kw_only=True)
class Merging:
    """Placeholders of the merge scripts for one export and its staged rows."""

    export: Export
    n_files: int
    further: tuple[str, ...]
    """Columns of older or staged rows that the export does not declare."""
    staged_columns: frozenset[str]
    previous_columns: frozenset[str]
    updated_at: str
    """SQL for the last change of a staged row; empty if the export has no such column."""
    last_order_index: int
    numbers: tuple[str, ...]
    """SQL: tables with the numbers of known orders, for staged rows of the same orders."""

    @property
    def staged(self) -> str:
        """SQL: the staged rows."""
        return quote(f"staged_{self.export.name}")

    @property
    def previous(self) -> str:
        """SQL: the older rows, with the columns of their key."""
        table = quote(f"previous_{self.export.name}")
        if CUSTOMER_KEY not in self.export.key_columns or CUSTOMER_KEY in self.previous_columns:
            return table
        return (
            f"(select p.*, k.customer_key from {table} as p"
            " left join previous_customer_keys as k on k.customer = p.customer)"
        )

    @property
    def replaced(self) -> str:
        """SQL: the table of replaced states."""
        return quote(f"replaced_{self.export.name}")

    @property
    def fresh(self) -> str:
        """SQL: the table of new facts."""
        return quote(f"fresh_{self.export.name}")

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The columns by which facts are equal."""
        return (*content(self.export), *self.further)

    def keyed(self) -> dict[str, str]:
        """For `merge_keyed` and `late_states`."""
        key, rows = self.export.key_columns, self._staged_states
        return {
            "key": listed(key),
            "staged_key": listed(key, "s"),
            "same_key": same(key),
            "n_files": str(self.n_files),
            "replaced": self.replaced,
            "staged_states": rows,
            "previous_states": self._previous_states,
            "state_at": self._state_at,
            "number": "s.order_index" if self.export.name == ORDERS.name else "null",
            "held": f"select file_number, count(*) as n_states from {rows} group by file_number",
        } | self._state

    @property
    def _state(self) -> dict[str, str]:
        """Rows and amount of a state, and a hash to compare it with other states."""
        if self.export.replaces:
            return {"n_rows": "s.n_rows", "amount": "s.amount", "compared": "hash(s.n_rows, s.content_hash)"}
        compared = [name for name in (self.export.amount, "status") if name and self.export.has(name)]
        return {
            "n_rows": "s.n_rows" if self.export.has_lines else "1",
            "amount": f"s.{quote(self.export.amount)}" if self.export.amount else "0",
            "compared": f"hash({listed(compared, 's')})" if compared else "0",
        }

    @property
    def _staged_states(self) -> str:
        return self._groups(self.staged, "file_number") if self.export.replaces else self.staged

    @property
    def _previous_states(self) -> str:
        """Older rows with the same key come from one file, so they have the same `state_at`."""
        return self._groups(self.previous, "state_at") if self.export.replaces else self.previous

    def _groups(self, rows: str, of: str) -> str:
        key, cells = listed(self.export.key_columns), listed(content(self.export))
        return (
            f"(select {of}, {key}, count(*) as n_rows, {_sum(self.export)} as amount,"
            f" sum(hash({cells})) as content_hash from {rows} group by {of}, {key})"
        )

    @property
    def _state_at(self) -> str:
        return (
            f"coalesce({self.updated_at}, file_times.state_at)" if self.updated_at else "file_times.state_at"
        )

    def facts(self) -> dict[str, str]:
        """For `merge_facts`."""
        return {
            "fresh": self.fresh,
            "staged": self._with_content(self.staged, self.staged_columns),
            "previous": self._with_content(self.previous, self.previous_columns),
            "content": listed(self.content),
            "numbered_content": listed(self.content, "s"),
            "same_content": same(self.content),
        }

    def _with_content(self, rows: str, columns: frozenset[str]) -> str:
        """SQL: `rows`, with null for the undeclared columns that only other rows have."""
        missing = [
            f", cast(null as VARCHAR) as {quote(name)}" for name in self.further if name not in columns
        ]
        return f"(select *{''.join(missing)} from {rows})"

    def accounts(self) -> dict[str, str]:
        """For `merge_accounts`. Lines of an order are added up; none of them replaces another one."""
        facts = not self.export.key_columns
        nothing = "(select 0 as file_number, 0 as replaced_by, 0 as n_rows, 0 as amount limit 0)"
        others = {"other_rows": "0", "other_amount": "0"}
        if not self.export.has_lines:
            others["other_rows"] = "f.rows_kept - coalesce(h.n_rows, 0)"
        if self.export.amount and not self.export.has_lines:
            others["other_amount"] = "coalesce(f.amount_kept, 0) - coalesce(h.amount, 0)"
        return {
            "accounted": self.fresh if facts else self.staged,
            "replaced": nothing if facts else self.replaced,
            "held_rows": "0" if self.export.has_lines else "count(*)",
            "held_amount": "0" if self.export.has_lines else _sum(self.export),
        } | others

    def table(self) -> dict[str, str]:
        """For `merge_table`."""
        placed = f", cast(s.{quote(self.export.day)} as DATE) as {quote(self.export.placed_on)}"
        return {
            "table": quote(self.export.name),
            "kept_previous": self._kept(self.previous, "0"),
            "kept_staged": self._kept(self.staged, "s.file_number")
            if self.export.key_columns
            else self._news,
            "placed": placed if self.export.placed_on != self.export.day else "",
            "state_at": self._state_at,
            "columns": self._columns,
            "joins": self._joins,
            "order": self._order,
            "numbered": self._numbered,
        } | self._owners

    @property
    def _news(self) -> str:
        return self.fresh if self.n_files else self.staged

    def _kept(self, rows: str, file_number: str) -> str:
        """SQL: those of `rows` that are not replaced."""
        key = self.export.key_columns
        if not key or not self.n_files:
            return rows
        return (
            f"(select s.* from {rows} as s anti join {self.replaced} as t"
            f" on t.file_number = {file_number} and {same(key)})"
        )

    @property
    def _columns(self) -> str:
        columns = {name: f"r.{quote(name)}" for name in (*stored(self.export), *self.further)}
        if refers_to_customers(self.export):
            columns["customer"] = "k.customer"
        if refers_to_orders(self.export):
            columns["order_index"] = "o.order_index"
        return ", ".join(f"{sql} as {quote(name)}" for name, sql in columns.items())

    @property
    def _joins(self) -> str:
        customers = "left join customer_keys as k on k.customer_key = r.customer_key"
        orders = "left join orders as o on o.order_id = r.order_id"
        wanted = {customers: refers_to_customers(self.export), orders: refers_to_orders(self.export)}
        return " ".join(join for join, is_wanted in wanted.items() if is_wanted)

    @property
    def _owners(self) -> dict[str, str]:
        """Placeholders for the numbers of the customers and orders that the export itself introduces."""
        owners, joins = "", []
        if brings_customers(self.export):
            owners += ", k.customer"
            joins.append("left join customer_keys as k on k.customer_key = s.customer_key")
        if self.numbers:
            found = ", ".join(f"n{place}.order_index" for place, _ in enumerate(self.numbers))
            owners += f", coalesce({found}) as order_index"
        joins += [
            f"left join {table} as n{place} on n{place}.order_id = s.order_id"
            for place, table in enumerate(self.numbers)
        ]
        return {"owners": owners, "owners_joins": " ".join(joins)}

    @property
    def _order(self) -> str:
        """Rows that are queried together are neighbours; the rest makes equal loads give equal tables."""
        first = ["customer"] if "customer" in self.export.stored else []
        first += ["order_index"] if refers_to_orders(self.export) else []
        then = [name for name in (self.export.day, *self.export.key_columns) if name in stored(self.export)]
        rest = () if self.export.key else self.content
        return ", ".join(f"{quote(name)} nulls last" for name in dict.fromkeys((*first, *then, *rest)))

    @property
    def _numbered(self) -> str:
        """SQL: all columns. New orders are numbered in the order of the rows, which needs no further sort."""
        if self.export.name != ORDERS.name:
            return "*"
        number = (
            f"{self.last_order_index} + count(*) filter (where order_index is null)"
            " over (rows between unbounded preceding and current row)"
        )
        return f"* replace (cast(coalesce(order_index, {number}) as INTEGER) as order_index)"


def same(columns: Iterable[str]) -> str:
    """SQL: whether the rows `s` and `t` are equal in these columns; null equals null."""
    return " and ".join(f"s.{quote(name)} is not distinct from t.{quote(name)}" for name in columns)


def _sum(export: Export) -> str:
    return f"sum({quote(export.amount)})" if export.amount else "0"


def filled(name: str, placeholders: Mapping[str, str]) -> str:
    """The script `NAME.sql` of the store, with its placeholders replaced."""
    text = script(f"store/{name}")
    for placeholder, sql in placeholders.items():
        text = text.replace(f"{{{placeholder}}}", sql)
    return text


def staged_files_of(con: Connection, export: Export) -> int:
    """Number of staged files of an export."""
    query = "select count(*) from staged_files where table_name = $name"
    [(number,)] = rows_of(con, query, {"name": export.name})
    return int(number)


def merge_export(
    con: Connection, export: Export, terms: Terms, last_order_index: int, notify: Notify
) -> None:
    """Creates the table of an export anew, from its older and its staged rows.

    Needs the tables that it refers to: customer_keys, and orders, unless they are the export itself.
    """
    n_files = staged_files_of(con, export)
    previous = quote(f"previous_{export.name}")
    if not n_files and not rows_of(con, f"select 1 from {previous} limit 1"):
        con.execute(f"delete from {quote(export.name)}")
        return
    merging = _merging(con, export, n_files, last_order_index, notify)
    if n_files:
        _merge_staged(con, merging, terms)
    con.execute(filled("merge_table", merging.table()))
    if n_files and export.key_columns:
        _notify_late_states(con, merging, notify)
    if n_files and export.replaces:
        _notify_replaced(con, merging, notify)


def _merging(con: Connection, export: Export, n_files: int, last_order_index: int, notify: Notify) -> Merging:
    staged = columns_of(con, quote(f"staged_{export.name}"))
    previous = columns_of(con, quote(f"previous_{export.name}"))
    declared = {name.casefold() for name in (*stored(export), *export.staged)}
    further = {name.casefold(): name for name in (*previous, *staged) if name.casefold() not in declared}
    return Merging(
        export=export,
        n_files=n_files,
        further=tuple(further.values()),
        staged_columns=frozenset(staged),
        previous_columns=frozenset(previous),
        # A row without a day has the time of its load.
        updated_at=_update_time(con, export, staged, notify) if export.day and export.key_columns else "",
        last_order_index=last_order_index,
        numbers=_numbers(con, n_files) if export.name == ORDERS.name else (),
    )


def _numbers(con: Connection, n_files: int) -> tuple[str, ...]:
    """The tables with the numbers of orders, current or before a load was undone: orders keep them."""
    replaced = "(select order_id, order_index from replaced_orders where file_number = 0)"
    tables = {"previous_orders": replaced, "former_orders": "former_orders"}
    return tuple(
        table
        for source, table in tables.items()
        if n_files and rows_of(con, f"select 1 from {source} limit 1")
    )


def _merge_staged(con: Connection, merging: Merging, terms: Terms) -> None:
    export = merging.export
    newest = f"max({quote(export.day)})" if export.day else "null"
    times = filled("merge_file_times", {"staged": merging.staged, "newest": newest})
    con.execute(times, {"exported_at": terms.exported_at})
    if export.key_columns:
        con.execute(filled("merge_keyed", merging.keyed()))
    elif merging.n_files == 1 and not rows_of(con, f"select 1 from {merging.previous} limit 1"):
        con.execute(f"create or replace temp view {merging.fresh} as from {merging.staged}")
    else:
        con.execute(filled("merge_facts", merging.facts()))
    con.execute(filled("merge_accounts", merging.accounts()), {"table_name": export.name})


def _update_time(con: Connection, export: Export, columns: Iterable[str], notify: Notify) -> str:
    """SQL for the time when a staged row `s` was last changed; empty if the export has none.

    Gives a notice if cells of such a column are not times.
    """
    for name in UPDATE_TIMES:
        if name not in columns:
            continue
        cell = f"nullif(trim(cast(s.{quote(name)} as VARCHAR)), '')"
        time = f"try_cast({cell} as TIMESTAMP)"
        unread = f"{cell} is not null and {time} is null"
        staged = quote(f"staged_{export.name}")
        if not rows_of(con, f"select 1 from {staged} as s where {unread} limit 1"):
            return time
        message = (
            f"column {name} does not show which rows are newer: some cells are not times"
            " such as 2024-03-31 18:00"
        )
        remedy = "give the day on which the files were exported: --exported-at DAY"
        notify(Notice("update-time-unreadable", message, remedy, values={"column": name}))
    return ""


def _notify_late_states(con: Connection, merging: Merging, notify: Notify) -> None:
    """Gives notices for rows that differ from the stored ones, but are older."""
    found = rows_of(con, filled("late_states", merging.keyed()))
    rows = f"{merging.export.noun}s"
    late = sum(n_late for _, n_late, all_lost in found if not all_lost)
    if late:
        message = f"{late:,} {rows} ignored: newer versions of them are already loaded"
        remedy = "if these files were exported later: --exported-at DAY"
        notify(Notice("older-states", message, remedy, values={"n": late, "variant": rows}))
    for file, n_late, all_lost in found:
        if all_lost:
            message = f"{file} ignored: newer versions of its {rows} are already loaded, {n_late:,} differ"
            remedy = "if it corrects them, load it again with the day of its export: --exported-at DAY"
            values = {"files": (file,), "n": n_late, "variant": rows}
            notify(Notice("older-file", message, remedy, values))


def _notify_replaced(con: Connection, merging: Merging, notify: Notify) -> None:
    """Gives a notice if rows were replaced by different ones: perhaps both should count."""
    columns, name = " and ".join(merging.export.replaces), merging.export.name
    [(n_rows,)] = rows_of(con, f"select sum(n_rows) from {merging.replaced} where is_other")
    if n_rows:
        message = f"{n_rows:,} rows of {name} were replaced by newer rows with the same {columns}"
        remedy = f"if both should count, give each file its own {merging.export.replaces[-1]}"
        values = {"n": int(n_rows), "table": name, "columns": columns}
        notify(Notice("rows-replaced", message, remedy, values))


def notify_unresolved(con: Connection, exports: Iterable[Export], notify: Notify) -> None:
    """Gives a notice for each export with rows of an order or a customer that is not known."""
    for export in exports:
        if refers_to_orders(export):
            owner, missing = "order", f"order_index is null and {ORDER_ID} is not null"
        elif refers_to_customers(export):
            owner, missing = "customer", f"customer is null and {CUSTOMER_KEY} is not null"
        else:
            continue
        if n_rows := count(con, f"{quote(export.name)} where {missing}"):
            message = f"{export.name}: the {owner} of {n_rows:,} rows is not known"
            remedy = f"the rows are kept, and count once an export with the {owner} is loaded"
            values = {"table": export.name, "n": n_rows, "variant": owner}
            notify(Notice("rows-without-owner", message, remedy, values=values))
