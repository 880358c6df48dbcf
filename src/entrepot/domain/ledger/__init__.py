"""The ledger: double entry in integers, one asset a posting, never changed, only added to."""
