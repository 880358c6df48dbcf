"""Backend ``slurm``: a centre's own Slurm, spoken to by its command line.

Import :mod:`entrepot.adapters.backends.slurm.scheduler`; seats lie in a folder that the machine
that submits shares with the nodes.
"""
