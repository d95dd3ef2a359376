"""Common SQL of the witnesses of segment tables: an independent assignment of customers to segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.questions.segments.rfm import A_PERCENT, B_PERCENT, FIXED_FREQUENCY
from wieder.questions.segments.schemes import Scheme, SchemeName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.config import Segmentation
    from wieder.questions.segments.thresholds import Thresholds

BUYERS = """
with seen as (
    select customer, segment, day, revenue, {at} - day as age,
           lag(day) over (partition by customer order by ordered_at, order_id) as before
    from witness_orders
    where customer is not null and day < {at}
),
buyers as (
    select customer, any_value(segment) as segment, min(day) as first_order, max(day) as last_order,
           min(age) as days_since_last_order, count(*) as orders, sum(revenue) as revenue,
           max_by(day - before, day) filter (where before < day) as last_real_gap,
           count(*) filter (where {seen}) as lookback_orders,
           coalesce(sum(revenue) filter (where {seen}), 0) as lookback_revenue,
           sum(revenue)::double / count(*) as average_order_value
    from seen
    group by customer
),
population as (select * from buyers where {population}),
sorted as (
    select list_sort(list(days_since_last_order::double)) as days, list_sort(list(lookback_orders::double)) as counts,
           list_sort(list(lookback_revenue::double)) as sums
    from buyers
    where lookback_orders > 0
),
scored as (
    select population.*,
           case when lookback_orders > 0 then 5 - {recency} end as recency_score,
           case when lookback_orders > 0 then 1 + {frequency} end as frequency_score,
           case when lookback_orders > 0 then 1 + {money} end as money_score
    from population, sorted
),
members as (select scored.*, {place} as place from scored {export})
"""
"""`members`: one row per customer of the scheme."""


def members(scheme: Scheme, settings: Segmentation, at: str, frozen: Thresholds | None = None) -> str:
    """Return common table expressions; the last one is `members`: customer, scores, place and more.

    `at` is SQL for the first day that does not count. Without `frozen` thresholds, SQL
    derives them.
    """
    days = settings.lookback_days
    fixed = FIXED_FREQUENCY if settings.frequency == "fixed" else None
    has_all_customers = scheme.name in {SchemeName.LIFECYCLE, SchemeName.RULES}
    replacements = {
        "at": at,
        "seen": f"age <= {days}" if days else "true",
        "population": "true" if has_all_customers else "lookback_orders > 0",
        "recency": _passed("days_since_last_order", "days", frozen.recency_days if frozen else None),
        "frequency": _passed("lookback_orders", "counts", frozen.orders if frozen else fixed),
        "money": _passed("lookback_revenue::double", "sums", frozen.revenue if frozen else None),
        "export": "left join customers using (customer)" if scheme.rules else "",
        "place": _place(scheme, settings, frozen),
    }
    sql = BUYERS
    for name, text in replacements.items():
        sql = sql.replace(f"{{{name}}}", text)
    return sql


def _passed(value: str, ordered: str, edges: Sequence[float] | None) -> str:
    """Return SQL for the number of edges strictly below the value."""
    if edges is not None:
        return f"len(list_filter([{_numbers(edges)}], lambda edge: edge < {value}))"
    place = f"level * (len({ordered}) - 1) // 5"
    rest = f"(level * (len({ordered}) - 1) % 5)"
    low, high = f"{ordered}[{place} + 1]", f"{ordered}[{place} + 2]"
    edge = f"{low} + case when {rest} = 0 then 0 else ({high} - {low}) * {rest} / 5 end"
    return f"len(list_filter([1, 2, 3, 4], lambda level: {edge} < {value}))"


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(f"'{value!r}'::double" for value in values)


def _place(scheme: Scheme, settings: Segmentation, frozen: Thresholds | None) -> str:
    match scheme.name:
        case SchemeName.RFM:
            rest = "round((frequency_score + money_score) / 2.0)"
            return _cases(f"10 * recency_score + {rest}", scheme)
        case SchemeName.LIFECYCLE:
            return _lifecycle(scheme)
        case SchemeName.ABC:
            return _least(frozen.abc) if frozen else _share_of_revenue()
        case SchemeName.VIP:
            return _least((frozen.vip,)) if frozen else _share_of_customers(settings.vip_percent)
        case SchemeName.RULES:
            cases = " ".join(f"when (\n{rule}\n) then {place}" for place, rule in enumerate(scheme.rules, 1))
            return f"case {cases} else {len(scheme.rules) + 1} end"


def _cases(cell: str, scheme: Scheme) -> str:
    cases = " ".join(f"when {10 * row + rest} then {place}" for (row, rest), place in scheme.cells.items())
    return f"case {cell} {cases} end"


def _lifecycle(scheme: Scheme) -> str:
    window = scheme.window_days
    return (
        f"case when days_since_last_order > {window} then 5"
        f" when days_since_last_order > {scheme.at_risk_days!r} then 4"
        f" when orders = 1 then 1 when last_real_gap > {window} then 3 else 2 end"
    )


def _least(ascending: Sequence[float]) -> str:
    return f"1 + len(list_filter([{_numbers(ascending)}], lambda least: least > lookback_revenue::double))"


def _share_of_revenue() -> str:
    """Return SQL for the class by the share of revenue from customers with strictly more revenue."""
    better_ones = "order by lookback_revenue desc groups between unbounded preceding and 1 preceding"
    better = f"coalesce(sum(lookback_revenue) over ({better_ones}), 0)"
    whole = "sum(lookback_revenue) over ()"
    return (
        f"case when {better} * 100 < {whole} * {A_PERCENT} then 1"
        f" when {better} * 100 < {whole} * {B_PERCENT} then 2 else 3 end"
    )


def _share_of_customers(percent: float) -> str:
    better = "(rank() over (order by lookback_revenue desc) - 1)"
    return f"case when {better} * 100.0 < count(*) over () * {percent!r} then 1 else 2 end"
