"""Oversight: the journal of commands, chained by hashes, and what its verification finds."""
