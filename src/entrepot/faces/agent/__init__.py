"""The agent: a program at a centre that asks the exchange for jobs, runs and meters them."""
