"""Charts as ECharts options, SVG and PNG, without a library for plots."""
