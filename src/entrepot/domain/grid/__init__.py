"""The grid: placement of work on nodes, devices and shares of devices."""
