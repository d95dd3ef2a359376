"""What the witnesses of gaps and of the sequence begin with."""

NUMBERED_PURCHASES = """
    occasions as (
        select customer, segment, day, min((ordered_at, order_id)) as moment, count(*) as n_orders, sum(revenue) as revenue
        from witness_orders cross join scope
        where customer is not null
        group by customer, segment, day, if(occasion = 'day', '', order_id)
    ),
    purchases as (
        select customer, segment, n_orders, revenue,
            row_number() over (partition by customer order by moment) as number,
            date_diff('day', day, lead(day) over (partition by customer order by moment)) as gap,
            date_diff('day', day, as_of) - 1 as known_days
        from occasions cross join scope
        qualify min(day) over (partition by customer) >= (select min(period_start) from periods)
            and min(day) over (partition by customer) < (select max(period_end) from periods)
    )"""
"""`purchases`: one row per purchase of a customer whose first order is in `periods`."""
