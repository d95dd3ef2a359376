"""From counted orders to results: marts are built, cut, and computed from."""
