"""The console: pages for people, in their language, for reading and doing without a terminal."""
