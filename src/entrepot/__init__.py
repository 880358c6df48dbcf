"""entrepôt: an exchange for compute power, from the declared job to the settled bill."""

__version__ = "0.1.0"
