"""Loading of a shop's files into staged tables: read as text, typed column by column, every row counted."""

from wieder.ingest.staging import read_exports

__all__ = ["read_exports"]
