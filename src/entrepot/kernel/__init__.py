"""The kernel: shared vocabulary of every room; no clock, no randomness, no I/O."""
