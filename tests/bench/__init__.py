"""Benchmark of wieder with a million customers, compared with plain DuckDB, pandas and other libraries."""
