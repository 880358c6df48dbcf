"""Nodes and pods as CSV: what is read, and what is refused with its place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from entrepot.adapters.imports.openb import read_nodes, read_pods
from entrepot.domain.grid.model import ANY_MODEL, RACK, Nodes
from entrepot.kernel.errors import EntrepotError

NODES = "sn,cpu_milli,memory_mib,gpu,model\nb,8000,1024,2,T4\na,4000,512,0,\nc,8000,1024,1,A10\n"
PODS = (
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n"
    "p,1000,128,1,500,\nq,1000,128,2,1000,T4\nr,1000,128,0,0,\ns,1,1,1,1000,A10|T4|X\n"
)


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def nodes_of(folder: Path, text: str = NODES) -> Nodes:
    """Read nodes from a text."""
    return read_nodes(written(folder, "nodes.csv", text))


def test_nodes_are_sorted_by_name_and_models_numbered(tmp_path: Path) -> None:
    nodes = nodes_of(tmp_path)
    assert nodes.names == ("a", "b", "c")
    assert nodes.models == ("A10", "T4")
    assert nodes.model.tolist() == [0, 1, 0]
    assert nodes.devices.tolist() == [0, 2, 1]
    assert nodes.milli == 3000
    assert len(set(nodes.rack.tolist())) == 3  # racks are not stated


def test_pods_keep_their_order_and_a_list_of_models_is_a_set(tmp_path: Path) -> None:
    nodes = nodes_of(tmp_path)
    pods = read_pods(written(tmp_path, "pods.csv", PODS), nodes)
    assert pods.names == ("p", "q", "r", "s")
    assert pods.asked.tolist() == [500, 2000, 0, 1000]
    assert pods.models.tolist() == [ANY_MODEL, 2, ANY_MODEL, 3]


def test_a_packed_file_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "nodes.csv.gz"
    path.write_bytes(gzip.compress(NODES.encode()))
    assert read_nodes(path).names == ("a", "b", "c")


def test_gangs_isolation_racks_and_device_memory_are_read(tmp_path: Path) -> None:
    nodes = nodes_of(
        tmp_path,
        "sn,cpu_milli,memory_mib,gpu,model,rack,isolation,device_memory_mib\n"
        "a,1,1,1,T4,r1,mps,16000\nb,1,1,1,T4,r1,,16000\n",
    )
    assert nodes.rack.tolist() == [0, 0]
    assert nodes.strength.tolist() == [2, 4]
    pods = read_pods(
        written(
            tmp_path,
            "pods.csv",
            "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gang,affinity,isolation,device_memory_mib\n"
            "p,1,1,1,500,g,rack,vgpu,8000\nq,1,1,1,1000,g,rack,,0\nr,1,1,1,250,,,timeslice,\n",
        ),
        nodes,
    )
    assert pods.gang.tolist() == [0, 0, -1]
    assert pods.affinity.tolist() == [RACK, RACK, 0]
    assert pods.strength.tolist() == [3, 0, 1]
    assert pods.device_memory_mib.tolist() == [8000, 0, 0]


BAD_PODS = [
    ("p,1000,128,1,0,", "pods.csv:2:gpu_milli", "share above zero"),
    ("p,1000,128,1,-5,", "pods.csv:2:gpu_milli", "whole number"),
    ("p,1000,128,1,1001,", "pods.csv:2:gpu_milli", "whole number"),
    ("p,nan,128,1,500,", "pods.csv:2:cpu_milli", "whole number"),
    ("p,1e3,128,1,500,", "pods.csv:2:cpu_milli", "whole number"),
    ("p,,128,1,500,", "pods.csv:2:cpu_milli", "whole number"),
    ("p,1000,128,2,500,", "pods.csv:2:gpu_milli", "asked whole"),
    ("p,1000,128,0,500,", "pods.csv:2:num_gpu", "above zero"),
    ("p,1000,128,1,500,H800", "pods.csv:2:gpu_spec", "device model"),
    (",1000,128,1,500,", "pods.csv:2:name", "name of its own"),
    ("p,1,1,1,500,\np,1,1,1,500,", "pods.csv:3:name", "name of its own"),
    ("p,1000,128,99,1000,", "pods.csv:2:num_gpu", "whole number"),
    ("p,٣,128,1,500,", "pods.csv:2:cpu_milli", "whole number"),
]


@pytest.mark.parametrize(("row", "where", "what"), BAD_PODS)
def test_a_bad_pod_is_refused_with_its_place(
    tmp_path: Path, row: str, where: str, what: str
) -> None:
    text = f"name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n{row}\n"
    with pytest.raises(EntrepotError) as caught:
        read_pods(written(tmp_path, "pods.csv", text), nodes_of(tmp_path))
    assert where in caught.value.fields
    assert what in caught.value.fields[where]
    assert caught.value.exit_code == 2


BAD_NODES = [
    ("a,1,1,1,", "nodes.csv:2:model", "must name"),
    ("a,1,1,-1,T4", "nodes.csv:2:gpu", "whole number"),
    ("a,1,1,63,T4", "nodes.csv:2:gpu", "whole number"),
    ("a,1,1,1,T4\na,1,1,1,T4", "nodes.csv:3:sn", "name of its own"),
    ("a,1,1,1,T4|A10", "nodes.csv:2:model", "must name"),
]


@pytest.mark.parametrize(("row", "where", "what"), BAD_NODES)
def test_a_bad_node_is_refused_with_its_place(
    tmp_path: Path, row: str, where: str, what: str
) -> None:
    with pytest.raises(EntrepotError) as caught:
        nodes_of(tmp_path, f"sn,cpu_milli,memory_mib,gpu,model\n{row}\n")
    assert where in caught.value.fields
    assert what in caught.value.fields[where]


@pytest.mark.parametrize(
    "text", ["", "sn,cpu_milli\n", "sn,cpu_milli,memory_mib,gpu,model\n", "sn,sn\n", "\0"]
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(EntrepotError) as caught:
        nodes_of(tmp_path, text)
    assert caught.value.exit_code == 2
    assert "nodes.csv" in str(caught.value)


def test_too_many_models_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"n{row:02},1,1,1,M{row:02}\n" for row in range(63))
    with pytest.raises(EntrepotError, match="62 at most"):
        nodes_of(tmp_path, f"sn,cpu_milli,memory_mib,gpu,model\n{rows}")
