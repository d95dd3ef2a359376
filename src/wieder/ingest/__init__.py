"""From the files of a shop to staged tables: read as text, typed by whole columns, every row counted."""

from wieder.ingest.staging import read_exports

__all__ = ["read_exports"]
