"""Services: one use case a file; they join the rooms and speak to the world through ports."""
