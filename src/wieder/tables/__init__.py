"""Analyses that are whole tables rather than single KPIs, one module each: pure Polars on marts."""
