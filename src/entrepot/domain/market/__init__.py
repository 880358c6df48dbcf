"""The market: instant search of standing offers, and a call auction with a proof."""
