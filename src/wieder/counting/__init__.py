"""Classification of orders: validity, customer and amount; and the checks on them."""
