"""The database of a shop: its file, the loads that fill it, and the rows they reject."""
