"""Backend ``kubernetes``: Jobs through the official client, seats on a volume that pods share.

Needs the extra ``[kubernetes]``. Import :mod:`entrepot.adapters.backends.kubernetes.scheduler`.
"""
