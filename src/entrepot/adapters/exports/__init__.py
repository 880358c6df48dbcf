"""Files that leave the house: journals for other bookkeepers, cost data for finance."""
