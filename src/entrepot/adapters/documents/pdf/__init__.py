"""PDF papers by typst, in English and Chinese."""
