"""The dated-rule engine: facts, conditions, graded rows, tables, decisions."""
