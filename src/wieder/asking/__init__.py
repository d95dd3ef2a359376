"""The engine from counted orders to results: it builds marts, cuts them and computes from them."""
