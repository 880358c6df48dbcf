"""Checks and writers that keep the repository in order."""
