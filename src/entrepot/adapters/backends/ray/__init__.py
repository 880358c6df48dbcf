"""Backend ``ray``: a running Ray cluster; nodes share no folder with the machine that submits.

Needs the extra ``[ray]``. Import :mod:`entrepot.adapters.backends.ray.scheduler`.
"""
