"""The public face over HTTP: one page and a small API, for reading only."""
