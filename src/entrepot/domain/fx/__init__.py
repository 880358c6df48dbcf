"""Rates of exchange: which fixing counts, what either side gets, and the open position."""
