-- $classes -> order_classes: one row per class of orders that do not count, with its place in the bridge.
create or replace temp table order_classes as
select
    unnest(range(len($classes))) as place,
    unnest(cast($classes as varchar[])) as class;
