-- settings -> check_terms: exactly one row, the parameters of the rules of the quality gate.
create or replace temp table check_terms as
select
    cast($today as DATE) as today,
    cast($duplicate_minutes as INTEGER) as duplicate_minutes,
    cast($order_jump as DOUBLE) as order_jump,
    cast($value_jump as DOUBLE) as value_jump,
    cast($complete_history as BOOLEAN) as complete_history;
