"""Concentration of revenue on customers: the largest shares, ABC classes and the Lorenz curve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wieder.asking.options import NoOptions, Option
from wieder.asking.question import EVERYTHING, Chapter, Instead, Question, Selector
from wieder.asking.table import (
    PERIOD_COLUMNS,
    SEGMENT_COLUMNS,
    STATE_COLUMNS,
    Table,
    TableColumn,
    period_rows,
)
from wieder.asking.view import View
from wieder.kpis.base import State
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.marts.frames import pl
from wieder.writing.view import table_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.kpis.base import Scope
    from wieder.locale.text import Lang

KEYS = ["segment", "period"]
TOP_PERCENTS = (1, 5, 10, 20, 50)
PARTS = (*(f"top_{percent}" for percent in TOP_PERCENTS), "abc_a", "abc_b", "abc_c", "no_revenue", "all")
"""Groups of customers. They overlap, except for the three ABC classes, which partition the customers."""

# The expressions below apply to the customers of one period and segment, sorted by descending revenue.


def _spent() -> pl.Expr:
    return pl.col("revenue")


def _units() -> pl.Expr:
    """Revenue in units of 0.0001, as an integer: exact, and faster than decimals."""
    return pl.col("units")


def _n_until(numerator: int, denominator: int) -> pl.Expr:
    """Number of customers until cumulative revenue reaches this fraction; the one who reaches it counts."""
    larger = _units().cum_sum() - _units()
    return (larger * denominator < _units().sum() * numerator).sum()


def _members(part: str) -> pl.Expr:
    """Revenues of the customers in a part, in descending order."""
    n_a, n_a_and_b = _n_until(4, 5), _n_until(19, 20)
    members = {
        "abc_a": _spent().head(n_a),
        "abc_b": _spent().slice(n_a, n_a_and_b - n_a),
        "abc_c": _spent().slice(n_a_and_b),
        "no_revenue": _spent().filter(_units() == 0),
        "all": _spent(),
    }
    if part in members:
        return members[part]
    percent = int(part.removeprefix("top_"))
    return _spent().head((pl.len() * percent + 99) // 100)


def _gini() -> pl.Expr:
    place, total = pl.int_range(1, pl.len() + 1), _units().sum().cast(pl.Float64)
    gini = ((pl.len() + 1 - 2 * place) * _units().cast(pl.Float64)).sum() / (pl.len() * total)
    return pl.when(_units().sum() > 0).then(gini.clip(lower_bound=0.0))


def concentration(customer_periods: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Return one row per segment and period with customers, and part: `segment` and columns of `CONCENTRATION`."""
    wide = _customers_by_revenue(customer_periods, scope).agg(*_measures())
    long = pl.concat(_rows_of(wide, part) for part in PARTS)
    with_shares = long.with_columns(
        customer_share=pl.col("customers") / pl.col("all_customers"),
        revenue_share=_share_of_revenue(),
        gini=pl.when(pl.col("part").cast(pl.String) == "all").then("gini"),
    )
    return _with_period(with_shares, scope).collect()


def _customers_by_revenue(customer_periods: pl.DataFrame, scope: Scope) -> pl.lazyframe.group_by.LazyGroupBy:
    shown = pl.col("period").is_between(0, len(scope.periods) - 1)
    units = pl.col("revenue").to_physical().cast(pl.Int64)
    spent = customer_periods.lazy().filter(shown).select(*KEYS, "revenue", units=units)
    return spent.sort("units", descending=True).group_by(KEYS, maintain_order=True)


def _measures() -> Iterator[pl.Expr]:
    yield _gini().alias("gini")
    yield _spent().sum().alias("all_revenue")
    yield pl.len().cast(pl.Int64).alias("all_customers")
    for part in PARTS:
        members = _members(part)
        yield pl.struct(
            customers=members.len().cast(pl.Int64), revenue=members.sum(), least_revenue=members.min()
        ).alias(part)


def _rows_of(wide: pl.LazyFrame, part: str) -> pl.LazyFrame:
    name = pl.lit(part, pl.Enum(PARTS)).alias("part")
    return wide.select(
        *KEYS, "gini", "all_revenue", "all_customers", name, pl.col(part).alias("measures")
    ).unnest("measures")


def _share_of_revenue() -> pl.Expr:
    revenue, whole = (pl.col(name).cast(pl.Float64) for name in ("revenue", "all_revenue"))
    return pl.when(pl.col("all_revenue") > 0).then(revenue / whole)


def _with_period(found: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    is_open = pl.col("period_end") > pl.col("as_of")
    state = pl.when(is_open).then(pl.lit(State.PARTIAL.value)).otherwise(pl.lit(State.FINAL.value))
    return found.join(period_rows(scope), on="period").with_columns(state=state)


STEPS = 100


def lorenz_curve(customer_periods: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Return one row per segment and period with customers, and percent from 0 to 100: columns of `LORENZ`."""
    n_bottom = pl.int_range(0, STEPS + 1, dtype=pl.Int64) * pl.len() // STEPS
    sums = _spent().reverse().cum_sum()
    curves = _customers_by_revenue(customer_periods, scope).agg(
        percent=pl.int_range(0, STEPS + 1, dtype=pl.Int64),
        customers=n_bottom,
        revenue=sums.gather((n_bottom - 1).clip(lower_bound=0)),
        all_revenue=_spent().sum(),
    )
    points = curves.explode("percent", "customers", "revenue").with_columns(
        revenue=pl.when(pl.col("customers") == 0).then(pl.col("revenue") * 0).otherwise("revenue")
    )
    return _with_period(points.with_columns(revenue_share=_share_of_revenue()), scope).collect()


CUSTOMERS = TableColumn(
    name="customers", type=Type.INTEGER, label=Text(de="Kunden", en="Customers"), unit=Unit.COUNT
)
REVENUE = TableColumn(name="revenue", type=Type.MONEY, label=Text(de="Umsatz", en="Revenue"), unit=Unit.MONEY)
REVENUE_SHARE = TableColumn(
    name="revenue_share",
    type=Type.FLOAT,
    label=Text(de="Anteil am Umsatz", en="Share of revenue"),
    unit=Unit.RATE,
)

RANKED = """
    spent as (
        select p.period, p.period_start, o.segment, o.customer, sum(o.revenue)::decimal(28, 4) as revenue
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        where o.customer is not null
        group by p.period, p.period_start, o.segment, o.customer
    ),
    ranked as (
        select *, count(*) over whole as n, sum(revenue) over whole as total,
            row_number() over (whole order by revenue desc, customer) as place,
            sum(revenue) over (whole order by revenue desc, customer rows unbounded preceding) as so_far
        from spent
        window whole as (partition by period, segment)
    )
"""

CONCENTRATION = Table(
    id="concentration",
    label=Text(de="Umsatzkonzentration", en="Concentration of revenue"),
    meaning=Text(
        de="Eine Zeile je Teil der Kunden des Zeitraums, nach Umsatz geordnet: die besten 1 bis 50 % (aufgerundet), die ABC-Klassen nach Wert (A bringt die ersten 80 % des Umsatzes, B die nächsten 15 %, C den Rest; wer die Grenze überschreitet, gehört noch dazu), Kunden ohne Umsatz, und alle mit dem Gini-Koeffizienten. Anonyme Bestellungen gehören keinem Kunden.",
        en="One row per part of the period's customers, sorted by revenue: the best 1 to 50 % (rounded up), the ABC classes by value (A brings the first 80 % of revenue, B the next 15 %, C the rest; who crosses the border still belongs), customers without revenue, and all with the Gini coefficient. Anonymous orders belong to no customer.",
    ),
    columns=(
        *SEGMENT_COLUMNS,
        *PERIOD_COLUMNS,
        TableColumn(name="part", type=Type.TEXT, categories=PARTS, label=Text(de="Teil", en="Part")),
        CUSTOMERS,
        TableColumn(
            name="customer_share",
            type=Type.FLOAT,
            label=Text(de="Anteil der Kunden", en="Share of customers"),
            unit=Unit.RATE,
        ),
        REVENUE,
        REVENUE_SHARE,
        TableColumn(
            name="least_revenue",
            type=Type.MONEY,
            label=Text(de="Umsatz mindestens", en="Revenue at least"),
            unit=Unit.MONEY,
        ),
        TableColumn(
            name="gini", type=Type.FLOAT, label=Text(de="Gini-Koeffizient", en="Gini"), unit=Unit.RATIO
        ),
        *STATE_COLUMNS,
    ),
    keys=("dimension", "segment", "period_start", "part"),
    empty={
        "revenue_share": "the customers of the period have no revenue",
        "least_revenue": "the part has no customers",
        "gini": "the part is not `all`, or there is no revenue",
    },
    witness=f"""
        with {RANKED},
        parts(part, percent) as (
            values {", ".join(f"('top_{percent}', {percent})" for percent in TOP_PERCENTS)}
        ),
        members as (
            select r.*, part from ranked r join parts on place <= ceil(n * percent / 100.0)
            union all
            select *, case when so_far - revenue < 0.8 * total then 'abc_a'
                when so_far - revenue < 0.95 * total then 'abc_b' else 'abc_c' end
            from ranked
            union all
            select *, 'no_revenue' from ranked where revenue = 0
            union all
            select *, 'all' from ranked
        ),
        ginis as (
            select period, segment,
                (n + 1 - 2 * sum(total - so_far + revenue)::double / nullif(total, 0)::double) / n as gini
            from ranked group by period, segment, n, total
        ),
        places as (select distinct period, period_start, segment, n, total from ranked)
        select p.segment, p.period_start, names.part, count(m.customer) as customers,
            count(m.customer) / p.n as customer_share, coalesce(sum(m.revenue), 0) as revenue,
            coalesce(sum(m.revenue), 0)::double / nullif(p.total, 0)::double as revenue_share,
            min(m.revenue) as least_revenue, if(names.part = 'all', any_value(g.gini), null) as gini
        from places p
        cross join (select unnest([{", ".join(f"'{part}'" for part in PARTS)}])) as names(part)
        join ginis g on g.period = p.period and g.segment = p.segment
        left join members m on m.period = p.period and m.segment = p.segment and m.part = names.part
        group by p.segment, p.period_start, names.part, p.n, p.total
    """,
)

LORENZ = Table(
    id="lorenz_curve",
    label=Text(de="Lorenzkurve des Umsatzes", en="Lorenz curve of revenue"),
    meaning=Text(
        de="Eine Zeile je Prozent der Kunden des Zeitraums, vom kleinsten Umsatz an: so viele Kunden (abgerundet) bringen zusammen diesen Umsatz.",
        en="One row per percent of the period's customers, from the smallest revenue on: so many customers (rounded down) together bring this revenue.",
    ),
    columns=(
        *SEGMENT_COLUMNS,
        *PERIOD_COLUMNS,
        TableColumn(
            name="percent",
            type=Type.INTEGER,
            label=Text(de="Prozent der Kunden", en="Percent of customers"),
            unit=Unit.COUNT,
        ),
        CUSTOMERS,
        REVENUE,
        REVENUE_SHARE,
        *STATE_COLUMNS,
    ),
    keys=("dimension", "segment", "period_start", "percent"),
    empty={
        "revenue_share": "the customers of the period have no revenue",
    },
    witness=f"""
        with {RANKED}
        select r.segment, r.period_start, s.percent, count(*) filter (r.n - r.place < floor(s.percent * r.n / 100.0)) as customers,
            coalesce(sum(r.revenue) filter (r.n - r.place < floor(s.percent * r.n / 100.0)), 0) as revenue,
            coalesce(sum(r.revenue) filter (r.n - r.place < floor(s.percent * r.n / 100.0)), 0)::double
                / nullif(r.total, 0)::double as revenue_share
        from ranked r cross join range(0, 101) as s(percent)
        group by r.segment, r.period_start, s.percent, r.total
    """,
)


def concentration_of(asked: Asked, options: NoOptions) -> Answer[None]:
    """Return the concentration of revenue in the periods shown."""
    del options
    return asked.tabulated(CONCENTRATION, CUSTOMER_PERIODS, concentration)


def lorenz_of(asked: Asked, options: NoOptions) -> Answer[None]:
    """Return the Lorenz curves of the periods shown."""
    del options
    return asked.tabulated(LORENZ, CUSTOMER_PERIODS, lorenz_curve)


def concentration_view(answer: Answer[None], options: NoOptions, lang: Lang) -> View:
    """Return the view of the table; readers see the parts of customers in words."""
    from wieder.locale import texts
    from wieder.writing.grids import table_grid

    del options
    text = texts(lang)
    names = [text(f"concentration.{part}") for part in PARTS]
    part = pl.col("part").cast(pl.String).replace_strict(list(PARTS), names, return_dtype=pl.String)
    shown = answer.frame.drop("as_of").with_columns(part)
    return View(frame=answer.frame, grids=lambda: [table_grid(shown, answer.table, lang, answer.currency)])


QUESTION = Question(
    id="concentration",
    place=11,
    chapter=Chapter.KPIS,
    help="Show how much of revenue comes from the best customers.\n\n"
    "Covers the best 1 to 50 percent of customers, the ABC classes and the Gini coefficient.",
    examples=("concentration orders.csv --period year", "concentration orders.csv --by channel"),
    selectors=EVERYTHING - {Selector.WINDOW, Selector.OCCASION},
    answer=concentration_of,
    view=concentration_view,
    tables=lambda: (CONCENTRATION,),
    witnessed=lambda asked: [concentration_of(asked.all_periods, NoOptions())],
    instead=(
        Instead(
            option=Option(flags=("--lorenz",), help="Use `wieder lorenz` instead."),
            kind=bool,
            question="lorenz",
        ),
    ),
)

LORENZ_QUESTION = Question(
    id="lorenz",
    place=12,
    chapter=Chapter.KPIS,
    help="Show the Lorenz curve of revenue over customers.\n\n"
    "One row for each percent of customers from 0 to 100, starting with the lowest revenue.",
    examples=("lorenz orders.csv --format csv", "lorenz orders.csv --by channel --from 2025"),
    selectors=EVERYTHING - {Selector.WINDOW, Selector.OCCASION},
    answer=lorenz_of,
    view=partial(table_view, without=("as_of",)),
    tables=lambda: (LORENZ,),
    witnessed=lambda asked: [lorenz_of(asked.all_periods, NoOptions())],
)
