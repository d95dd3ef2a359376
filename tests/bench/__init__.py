"""How long wieder takes for a million customers, beside DuckDB alone and beside pandas."""
