"""The monthly KPIs of wieder as a good analyst writes them in pandas, as a benchmark.

A separate program that does not import wieder: `python pandas_kpis.py ORDERS FROM TO AS_OF OUT`.
ORDERS is a .csv or .parquet file, sorted or not; FROM and TO are the first and last month (2024-01);
AS_OF is the report date (exclusive). Writes one row per KPI and month: kpi, period_start, value.
With pyarrow installed, pandas uses it to read and store text, which is much faster.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

HORIZONS = (30, 60, 90, 180, 365)
WINDOW = pd.Timedelta(days=180)
YEAR = pd.Timedelta(days=365)
DAYS_PER_YEAR = 365.25
MAXIMUM_LIFETIME = 5


def read_orders(path: str) -> pd.DataFrame:
    """The columns that the KPIs need."""
    types = {"order_id": "str", "customer_id": "str", "amount": "float64", "status": "category"}
    if path.endswith(".parquet"):
        return pd.read_parquet(path, columns=[*types, "ordered_at"]).astype(types)
    engine = "pyarrow" if find_spec("pyarrow") else "c"
    return pd.read_csv(
        path, usecols=[*types, "ordered_at"], dtype=types, parse_dates=["ordered_at"], engine=engine
    )


def valid_orders(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per valid order, with its day, its month and the customer as a number (-1 for guests)."""
    counts = (orders["status"] != "cancelled") & (orders["amount"] > 0) & (orders["ordered_at"] < as_of)
    valid = orders[counts].drop(columns="status")
    valid["customer"] = pd.factorize(valid.pop("customer_id"))[0]
    valid["day"] = valid["ordered_at"].dt.normalize()
    valid["month"] = valid["ordered_at"].dt.to_period("M")
    return valid


def with_sequence(valid: pd.DataFrame) -> pd.DataFrame:
    """The orders of known customers by customer and time, with sequence number and gap in days."""
    known = valid[valid["customer"] >= 0].sort_values(["customer", "ordered_at", "order_id"])
    by_customer = known.groupby("customer")
    known["sequence"] = by_customer.cumcount() + 1
    known["gap_days"] = by_customer["day"].diff().dt.days
    return known


def order_kpis(valid: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """One row per month: KPIs by order."""
    months = valid.groupby("month")["amount"].agg(["size", "sum", "mean", "median"])
    months.columns = ["orders", "revenue", "average_order_value", "median_order_value"]
    is_first = known["sequence"] == 1
    parts = {"new": known[is_first], "returning": known[~is_first], "anonymous": valid[valid["customer"] < 0]}
    for name, part in parts.items():
        sums = part.groupby("month")["amount"].agg(["size", "sum"])
        months[[f"{name}_orders", f"{name}_revenue"]] = sums.reindex(months.index, fill_value=0)
    months["median_days_between_orders"] = known.groupby("month")["gap_days"].median()
    return months


def customer_kpis(known: pd.DataFrame) -> pd.DataFrame:
    """One row per month: KPIs by customer and month."""
    active = known.groupby(["customer", "month"])["amount"].agg(["size", "sum"]).reset_index()
    active.columns = ["customer", "month", "orders", "revenue"]
    previous_month = active.groupby("customer")["month"].shift()
    active["is_returning"] = previous_month.notna()
    active["is_retained"] = previous_month == active["month"] - 1
    active["is_repeat"] = active["orders"] > 1
    by_month = active.groupby("month")
    months = by_month.agg(
        customers=("customer", "size"),
        orders_per_customer=("orders", "mean"),
        revenue_per_customer=("revenue", "mean"),
        returning_customer_rate=("is_returning", "mean"),
        repeat_purchase_rate_in_period=("is_repeat", "mean"),
        retained=("is_retained", "sum"),
    )
    months["period_retention_rate"] = months.pop("retained") / months["customers"].shift()
    return months.join(by_month["revenue"].agg([top_20_revenue_share, revenue_gini]))


def top_20_revenue_share(revenue: pd.Series) -> float:
    """The share of revenue from the top fifth of the customers (rounded up)."""
    return float(revenue.nlargest(-(-len(revenue) // 5)).sum() / revenue.sum())


def revenue_gini(revenue: pd.Series) -> float:
    """The Gini coefficient: 0 if all customers spend the same, near 1 if one spends everything."""
    n = len(revenue)
    weights = 2 * np.arange(1, n + 1) - n - 1
    return float((weights * revenue.sort_values()).sum() / (n * revenue.sum()))


def repeat_kpis(known: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per month: repeat purchase rates of its new customers, and of all customers to date."""
    first = known[known["sequence"] == 1].set_index("customer")
    second = known[known["sequence"] == 2].set_index("customer")
    waited = (second["day"] - first["day"]).dt.days
    observed = (as_of - first["day"]).dt.days
    new, repeated = first.groupby("month").size(), second.groupby("month").size()
    months = pd.DataFrame({"new": new, "repeated": repeated}).fillna(0).cumsum()
    months["repeat_purchase_rate"] = months.pop("repeated") / months.pop("new")
    for days in HORIZONS:
        is_repeat = (waited <= days)[observed > days]
        months[f"repeat_purchase_rate_{days}d"] = is_repeat.groupby(first["month"]).mean()
    return months


def customers_between(known: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """The distinct customers with an order from `start` (inclusive) to `end` (exclusive)."""
    return known.loc[(known["day"] >= start) & (known["day"] < end), "customer"].drop_duplicates()


def base_retention_rate(known: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float:
    """Of the customers active at `start`, the share active at `end`."""
    if start - WINDOW < known["day"].min():
        return float("nan")
    before = customers_between(known, start - WINDOW, start)
    return float(before.isin(customers_between(known, end - WINDOW, end)).mean())


def purchase_frequency_per_year(year: pd.DataFrame, first_day: pd.Series, end: pd.Timestamp) -> float:
    """Repeat purchases per customer-year of the 365 days before `end`."""
    lived = end - first_day[first_day < end].clip(lower=end - YEAR)
    return float((year["sequence"] > 1).sum() / (lived.dt.days.sum() / DAYS_PER_YEAR))


def customer_lifetime_years(known: pd.DataFrame, end: pd.Timestamp) -> float:
    """1 / (1 - yearly retention), capped; unknown in the first two years."""
    start = end - YEAR
    if start - YEAR < known["day"].min():
        return float("nan")
    before = customers_between(known, start - YEAR, start)
    lost = (~before.isin(customers_between(known, start, end))).mean()
    return float(1 / max(lost, 1 / MAXIMUM_LIFETIME))


def customer_value(known: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:
    """One row per month: base retention, the factors of the CLV formula and their product."""
    first_day = known.loc[known["sequence"] == 1, "day"]
    rows = []
    for start, end in zip(months.start_time, (months + 1).start_time, strict=True):
        year = known[(known["day"] >= end - YEAR) & (known["day"] < end)]
        rows.append(
            {
                "base_retention_rate": base_retention_rate(known, start, end),
                "average_order_value_year": year["amount"].mean(),
                "purchase_frequency_per_year": purchase_frequency_per_year(year, first_day, end),
                "customer_lifetime_years": customer_lifetime_years(known, end),
            }
        )
    values = pd.DataFrame(rows, index=months)
    values["customer_lifetime_value"] = values.iloc[:, 1:].prod(axis="columns", skipna=False)
    values["churn_rate"] = 1 - values["base_retention_rate"]
    return values


def kpis(orders: pd.DataFrame, first: str, last: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per KPI and month from `first` to `last`: kpi, period_start, value."""
    valid = valid_orders(orders, as_of)
    known = with_sequence(valid)
    months = pd.period_range(first, last, freq="M", name="month")
    tables = [order_kpis(valid, known), customer_kpis(known), repeat_kpis(known, as_of)]
    table = pd.concat([*(table.reindex(months) for table in tables), customer_value(known, months)], axis=1)
    table.index = months.start_time.date
    return table.rename_axis("period_start").reset_index().melt("period_start", var_name="kpi")


def main() -> None:
    """Compute the KPIs from the command line."""
    path, first, last, as_of, out = sys.argv[1:]
    table = kpis(read_orders(path), first, last, pd.Timestamp(as_of))
    table.to_csv(out, index=False, columns=["kpi", "period_start", "value"])


if __name__ == "__main__":
    main()
