"""The exchange from another machine, for programs: calls over HTTP as typed values."""
