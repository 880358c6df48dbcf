"""A simulated bank, which confirms, refuses, repeats, pays short or waits."""
