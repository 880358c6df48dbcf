"""Access: who may do what, as one table and one question."""
