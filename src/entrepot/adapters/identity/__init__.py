"""Keys and who holds them."""
