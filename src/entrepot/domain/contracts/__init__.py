"""Contracts: the price of a job, its invoice, and what a centre is owed for it."""
