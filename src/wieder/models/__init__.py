"""The statistics that KPIs stand on: arrays in, arrays out, without frames or databases."""
