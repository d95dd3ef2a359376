"""The statistics behind KPIs: arrays in, arrays out, without data frames or databases."""
