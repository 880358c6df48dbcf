"""Backend ``local``: jobs run on this machine, in a sandbox, under a supervisor of their own.

Import :mod:`entrepot.adapters.backends.local.backend` for the backend itself; the supervisor
starts as a process of its own and imports as little as it can.
"""
