"""What backends of clusters have in common, whichever scheduler they speak to.

A *seat* is the folder of one run of a job, under one fencing token, where its node works: spec,
files, log, heartbeat, end. A *keeper* is the process on the node that starts the job there, holds
it to its limits and measures it. No key ever lies on a node: the usage that a keeper measured is
signed where the backend runs.
"""
