"""The checker of auctions: it shares no code with what solves, prices or pays."""
