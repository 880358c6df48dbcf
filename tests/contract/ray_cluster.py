"""A Ray of the tests' own on one machine: two nodes, one a site, with pretended devices."""

from __future__ import annotations

import atexit
import contextlib
import os
from collections.abc import Generator
from functools import cache
from importlib import import_module
from typing import Any

import pytest

SITES = ("site_hk", "site_gz")
DEVICES = 8


def ray_address() -> str:
    """Return the address of the running cluster of this process; see :func:`ray_cluster`."""
    return str(ray_cluster().address)


@contextlib.contextmanager
def one_more_node(site: str, devices: int) -> Generator[None]:
    """Add a node for a while; at the end it is lost, without a word."""
    cluster = ray_cluster()
    node = _add_node(cluster, site, devices)
    cluster.wait_for_nodes(60)
    try:
        yield
    finally:
        cluster.remove_node(node, allow_graceful=False)


def _add_node(cluster: Any, site: str, devices: int) -> Any:
    return cluster.add_node(
        num_cpus=32,
        num_gpus=devices,
        memory=16 << 30,
        object_store_memory=80 << 20,
        resources={site: 1, "accelerator_type:H800": 1},
        include_dashboard=False,
    )


@cache
def ray_cluster() -> Any:
    """Return the running cluster of this process; started at the first call.

    Skips the test where Ray is not installed; on CI that is a failure.
    """
    # Set before the import: neither statistics nor a dashboard, and little memory.
    os.environ.update(
        RAY_USAGE_STATS_ENABLED="0",
        RAY_DEDUP_LOGS="0",
        RAY_DISABLE_IMPORT_WARNING="1",
        RAY_enable_metrics_collection="false",
        RAY_prestart_worker_first_driver="0",
        RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0",
    )
    pytest.importorskip("ray", reason="no Ray is installed (pip install entrepot[ray])")
    cluster: Any = import_module("ray.cluster_utils").Cluster()
    atexit.register(_stop, cluster)
    for site in SITES:
        _add_node(cluster, site, DEVICES)
    cluster.wait_for_nodes(60)
    return cluster


def _stop(cluster: Any) -> None:
    import_module("ray").shutdown()
    cluster.shutdown()
