"""Facts that the package ships: see README.md in this folder for what each file holds."""
