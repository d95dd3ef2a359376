"""What is kept of a shop: the store, its loads, and what they refuse."""
