"""Settings of the documentation site; no address outside the site is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from entrepot import __version__

project = "entrepôt"
author = "entrepôt"
version = release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"entrepôt {__version__}"
html_show_sphinx = False
html_show_copyright = False
exclude_patterns = ["_build"]
nitpicky = True
language = "en"
