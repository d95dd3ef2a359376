"""Tables by pandas, repeatradar and pymc-marketing, as a benchmark for the commands of wieder.

A separate program that does not import wieder: `python peers.py QUESTION ORDERS AS_OF OUT`.
ORDERS is a .csv or .parquet file, sorted or not; AS_OF is the report date (exclusive). QUESTION is
cohorts, segments (both with pandas only), repeatradar or pymc-marketing; OUT is the table as CSV.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

STEP_DAYS = 30
QUINTILES = (0.2, 0.4, 0.6, 0.8)
GROUPS = {
    "Champions": (54, 55, 45),
    "Loyal": (53, 43, 44, 34, 35),
    "Potential loyalist": (52, 42),
    "New": (51,),
    "Promising": (41,),
    "Need attention": (32, 33),
    "About to sleep": (31,),
    "At risk": (23, 24, 13),
    "Can't lose them": (25, 14, 15),
    "Hibernating": (21, 22),
    "Lost": (11, 12),
}
"""Group -> ten times the recency score, plus the mean of the other two scores."""


def read_orders(path: str) -> pd.DataFrame:
    """The columns that the tables need; with "str", pandas 2 would read guests as a customer called None."""
    types = {"customer_id": "string", "amount": "float64", "status": "category"}
    if path.endswith(".parquet"):
        return pd.read_parquet(path, columns=[*types, "ordered_at"]).astype(types)
    engine = "pyarrow" if find_spec("pyarrow") else "c"
    return pd.read_csv(
        path, usecols=[*types, "ordered_at"], dtype=types, parse_dates=["ordered_at"], engine=engine
    )


def valid_orders(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per valid order of a known customer, with its day and the customer as a number."""
    counts = (orders["status"] != "cancelled") & (orders["amount"] > 0) & (orders["ordered_at"] < as_of)
    valid = orders.loc[counts & orders["customer_id"].notna(), ["customer_id", "ordered_at", "amount"]]
    valid["customer"] = pd.factorize(valid["customer_id"])[0]
    valid["day"] = valid.pop("ordered_at").dt.normalize()
    return valid


def cohorts(valid: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per month of the first order and complete age in months: size, active, retention."""
    month = 12 * valid["day"].dt.year + valid["day"].dt.month - 1
    end = 12 * as_of.year + as_of.month - 1
    active = pd.DataFrame({"customer": valid["customer"], "month": month}).drop_duplicates()
    active["cohort"] = active.groupby("customer")["month"].transform("min")
    active["age"] = active["month"] - active["cohort"]
    counts = active.groupby(["cohort", "age"]).size()
    ages = range(end - active["cohort"].min())
    every = pd.MultiIndex.from_product([active["cohort"].unique(), ages], names=["cohort", "age"])
    cells = counts.reindex(every, fill_value=0).rename("active").reset_index()
    cells = cells[cells["cohort"] + cells["age"] < end]
    cells["customers"] = cells["cohort"].map(counts.xs(0, level="age"))
    cells["retention"] = cells["active"] / cells["customers"]
    cells["cohort_start"] = [f"{month // 12}-{month % 12 + 1:02}-01" for month in cells.pop("cohort")]
    return cells


def repeatradar_cohorts(valid: pd.DataFrame, _as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per month of the first order and age in steps of 30 days: active, 0 also for incomplete ages.

    repeatradar is fastest with customers as numbers and days without a time.
    """
    from repeatradar import generate_cohort_data  # type: ignore[import-not-found]  # noqa: PLC0415

    cells = generate_cohort_data(
        valid, "day", "customer", cohort_period="M", period_duration=STEP_DAYS, output_format="long"
    )
    cells.columns = ["cohort_start", "age", "active"]
    return cells


def segments(valid: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per RFM group: customers, orders, revenue."""
    customers = valid.groupby("customer").agg(
        last=("day", "max"), orders=("amount", "size"), revenue=("amount", "sum")
    )
    recency = 6 - score((as_of - customers["last"]).dt.days)
    value = (score(customers["orders"]) + score(customers["revenue"].round(2)) + 1) // 2
    group_of_cell = {cell: group for group, cells in GROUPS.items() for cell in cells}
    group = (10 * recency + value).map(group_of_cell).rename("customer_segment")
    sizes = customers.groupby(group).agg(
        customers=("orders", "size"), orders=("orders", "sum"), revenue=("revenue", "sum")
    )
    return sizes.reindex(pd.Index(GROUPS, name="customer_segment"), fill_value=0).reset_index()


def score(values: pd.Series) -> pd.Series:
    """Scores from 1 to 5 by quintile; equal values have equal scores."""
    scores = 1 + np.searchsorted(values.quantile(QUINTILES), values, side="left")
    return pd.Series(scores, values.index)


def pymc_marketing_summary(valid: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per customer: days since the last order, days with an order, revenue."""
    from pymc_marketing.clv.utils import rfm_summary  # type: ignore[import-not-found]  # noqa: PLC0415

    summary = rfm_summary(
        valid,
        "customer",
        "day",
        "amount",
        observation_period_end=as_of,
        include_first_transaction=True,
    )
    keys = valid.drop_duplicates("customer").set_index("customer")["customer_id"]
    return pd.DataFrame(
        {
            "customer_key": summary["customer_id"].map(keys),
            "days_since_last_order": summary["recency"],
            "days_with_order": summary["frequency"],
            "revenue": summary["frequency"] * summary["monetary_value"],
        }
    )


ANSWERS = {
    "cohorts": cohorts,
    "segments": segments,
    "repeatradar": repeatradar_cohorts,
    "pymc-marketing": pymc_marketing_summary,
}


def answer(question: str, path: str, as_of: str, out: str) -> None:
    """Read the orders at `path` and write the table that answers the question."""
    day = pd.Timestamp(as_of)
    ANSWERS[question](valid_orders(read_orders(path), day), day).to_csv(out, index=False)


if __name__ == "__main__":
    answer(*sys.argv[1:])
