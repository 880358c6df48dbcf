"""Metering: which usage reports count, and what their use costs."""
