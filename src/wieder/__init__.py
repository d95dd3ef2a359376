"""Retention KPIs for e-commerce, from a shop's order export to a report."""

__version__ = "0.1.0"
