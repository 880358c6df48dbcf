"""Vouchers: what a subsidy programme pays for compute, line by line, as of a day."""
