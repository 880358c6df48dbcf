"""The catalogue: offers of compute, and the search that says why each was taken or left."""
