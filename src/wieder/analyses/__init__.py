"""From a shop to one analysis table each: what the commands beside `kpis` and `report` call."""
