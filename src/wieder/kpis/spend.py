"""KPIs of marketing spend and customer acquisition cost."""

from __future__ import annotations

from functools import partial

from wieder.kpis.base import Better, Family, Kpi
from wieder.kpis.expressions import sum_of
from wieder.locale.text import Text, Unit
from wieder.marts.frames import pl
from wieder.marts.spend_by_period import SPEND_BY_PERIOD

spend_kpi = partial(
    Kpi, family="spend", mart=SPEND_BY_PERIOD, unit=Unit.MONEY, immature=sum_of("unknown_days")
)

COVERED = Text(
    de="wenn die Ausgaben aller Tage des Zeitraums bekannt sind",
    en="when the spend data cover the whole period",
)

marketing_spend = spend_kpi(
    id="marketing_spend",
    better=Better.NEITHER,
    label=Text(de="Marketingausgaben", en="Marketing spend"),
    meaning=Text(
        de="Was laut dem Export der Ausgaben an den Tagen des Zeitraums gezahlt wurde. Bekannt sind die Tage vom ersten bis zum letzten des Exports; fehlt dazwischen ein Tag, gab es keine Ausgaben. Unbekannt, wenn kein Export Ausgaben nennt.",
        en="Spend on the days of the period. Data cover the days from the first to the last in the spend export; days missing between them had no spend. Not available without a spend export.",
    ),
    formula=Text(de="Summe der Ausgaben der Tage", en="sum of the spend of the days"),
    maturity=COVERED,
    numerator=sum_of("spend"),
    n=sum_of("days"),
    witness="""
        with span as (
            select greatest(min(spent_on), (select history_start from scope)) as a, max(spent_on) as z
            from witness_spend
        )
        select p.period, 0, coalesce(sum(s.amount) filter (s.spent_on >= span.a), 0), null
        from periods p cross join span
        left join witness_spend s on s.spent_on >= p.period_start and s.spent_on < p.period_end
        where span.a <= span.z and p.period_start <= span.z and p.period_end > span.a
        group by p.period
    """,
)

cac = spend_kpi(
    id="cac",
    better=Better.DOWN,
    label=Text(de="Kosten je Neukunde (CAC)", en="Customer acquisition cost (CAC)"),
    meaning=Text(
        de="Alle Ausgaben des Zeitraums außer denen, deren Zweck die Kundenbindung ist (retention, Bindung, Kundenbindung, Bestandskunden), je Kunde, dessen erste gültige Bestellung auf einen der Tage mit bekannten Ausgaben fällt. Wer auch ohne Werbung gekommen wäre, zählt mit. Bestellungen ohne Kundenschlüssel zählen nicht.",
        en="Spend of the period, except where its purpose is retention (retention, Bindung, Kundenbindung, Bestandskunden), divided by new customers: those with a first valid order on a day covered by the spend data. Customers who would have come anyway are included; orders without a customer key are not.",
    ),
    formula=Text(de="Ausgaben für Neukunden / Neukunden", en="spend on acquisition / new customers"),
    maturity=COVERED,
    minimum_n=30,
    numerator=lambda: pl.col("spend").sum() - pl.col("retention_spend").sum(),
    denominator=sum_of("new_customers"),
    witness="""
        with span as (
            select greatest(min(spent_on), (select history_start from scope)) as a, max(spent_on) as z
            from witness_spend
        ),
        firsts as (
            select customer, min(day) as day from witness_orders where customer is not null group by customer
        )
        select p.period, 0,
            coalesce((
                select sum(s.amount) from witness_spend s
                where s.spent_on >= greatest(p.period_start, span.a) and s.spent_on < p.period_end
                    and not coalesce(
                        regexp_full_match(s.purpose, '(?i)retention|(kunden)?bindung|bestandskunden'), false
                    )
            ), 0),
            (
                select count(*) from firsts f
                where f.day >= greatest(p.period_start, span.a) and f.day < p.period_end and f.day <= span.z
            )
        from periods p cross join span
        where span.a <= span.z and p.period_start <= span.z and p.period_end > span.a
    """,
)

FAMILY = Family(
    place=8,
    label=Text(de="Ausgaben", en="Spend"),
    kpis=(marketing_spend, cac),
)
