"""ISO 20022 payment messages: orders out, notices in."""
