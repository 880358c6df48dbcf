"""Reading traces, tables of clusters and outages: what is taken, refused and counted."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from entrepot.adapters.imports.packed_file import read_packed
from entrepot.adapters.imports.philly_clusters import read_clusters, read_outages
from entrepot.adapters.imports.philly_trace import read_trace
from entrepot.domain.grid.events_model import NEVER, Cluster, Outage
from entrepot.kernel.errors import Invalid, NotFound

PHILLY = "timestamp,duration,num_gpus,gpu_time,cluster\n"
OWN = "id,submit,duration,devices,vc,firm,limit,leave\n"


def file(tmp_path: Path, text: str, name: str = "trace.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def test_the_form_of_the_philly_copy(tmp_path: Path) -> None:
    rows = "2017-10-09 07:01:55,66.9,1,66.0,a\n2017-10-09 06:13:03,2951.0,8,1,b\n"
    raw = read_trace(file(tmp_path, PHILLY + rows, "trace.csv.gz"))
    assert raw.philly
    assert list(raw.submit_s) == [1507529583, 1507532515]
    assert list(raw.duration_s) == [2951, 66], "cut off to whole seconds"
    assert list(raw.devices) == [8, 1]
    assert list(raw.firm) == list(raw.cluster) == ["b", "a"]
    assert raw.reordered == 1


def test_columns_of_our_own(tmp_path: Path) -> None:
    rows = "x,100,50,2,a,north,40,160\ny,100,50,2,a,south,90,\n"
    raw = read_trace(file(tmp_path, OWN + rows))
    assert not raw.philly
    assert list(raw.duration_s) == [40, 50], "a job is stopped at its limit"
    assert list(raw.limit_s) == [40, 90]
    assert list(raw.leave_s) == [160, NEVER]


def test_begin_and_end_make_a_length(tmp_path: Path) -> None:
    text = "start,end,devices,cluster\n2026-01-01,2026-01-02,1,a\n"
    assert list(read_trace(file(tmp_path, text)).duration_s) == [86_400]


@pytest.mark.parametrize(
    ("row", "where", "words"),
    [
        ("x,abc,50,2,a,n,,", "timestamp", "YYYY-MM-DD"),
        ("x,100,-5,2,a,n,,", "duration", "not negative"),
        ("x,100,nan,2,a,n,,", "duration", "no number of seconds"),
        ("x,100,1e3,2,a,n,,", "duration", "no number of seconds"),
        ("x,100,0.5,2,a,n,,", "duration", "a second or more"),
        ("x,100,,2,a,n,,", "duration", "empty"),
        ("x,100,5,0,a,n,,", "num_gpus", "above zero"),
        ("x,100,5,-2,a,n,,", "num_gpus", "above zero"),
        ("x,100,5,1.5,a,n,,", "num_gpus", "above zero"),
        ("x,100,5,2,,n,,", "cluster", "empty"),
        ("ok,100,5,2,a,n,,", "id", "earlier job"),
        ("x,100,5,2,a,n,long,", "limit", "no number of seconds"),
    ],
)
def test_a_bad_row_is_named_or_counted(tmp_path: Path, row: str, where: str, words: str) -> None:
    path = file(tmp_path, f"{OWN}ok,100,5,2,a,n,,\n{row}\n")
    with pytest.raises(Invalid, match=words) as refused:
        read_trace(path)
    assert list(refused.value.fields) == [f"trace.csv:3:{where}"]
    raw = read_trace(path, skip_bad=True)
    assert (len(raw), raw.skipped) == (1, 1)


def test_a_job_that_ends_before_it_begins(tmp_path: Path) -> None:
    text = "start,end,devices,cluster\n2026-01-02,2026-01-01,1,a\n"
    with pytest.raises(Invalid, match="ends before it begins"):
        read_trace(file(tmp_path, text))


def test_identical_rows_are_counted_and_kept(tmp_path: Path) -> None:
    row = "2017-10-09 07:01:55,66.0,1,66.0,a\n"
    raw = read_trace(file(tmp_path, PHILLY + 3 * row))
    assert (len(raw), raw.identical) == (3, 2)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no column for cluster, duration"):
        read_trace(file(tmp_path, "timestamp,num_gpus\n"))


def test_a_damaged_or_swollen_packed_file_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, PHILLY, "cut.gz")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(Invalid, match="cut off or damaged"):
        read_packed(path)
    with pytest.raises(Invalid, match="unpacks to more"):
        read_packed(file(tmp_path, "0" * 1001, "big.gz"), most=1000)
    with pytest.raises(NotFound):
        read_packed(tmp_path / "none.gz")


def test_clusters(tmp_path: Path) -> None:
    philly = file(tmp_path, "vc,nodes_of_8_gpus\na,64\nb,8\n")
    assert read_clusters(philly) == [Cluster("a", 64, 8), Cluster("b", 8, 8)]
    own = file(tmp_path, "cluster,nodes,devices\na,3,4\n")
    assert read_clusters(own) == [Cluster("a", 3, 4)]


@pytest.mark.parametrize(
    "text",
    [
        "vc,nodes_of_8_gpus\na,0\n",
        "vc,nodes_of_8_gpus\na,-1\n",
        "vc,nodes_of_8_gpus\na,1.5\n",
        "vc,nodes_of_8_gpus\n,3\n",
        "vc,nodes_of_8_gpus\na,3\na,4\n",
        "cluster,nodes,devices\na,3,0\n",
        "cluster,nodes\n",
        "cluster\na\n",
    ],
)
def test_bad_clusters_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid):
        read_clusters(file(tmp_path, text))


def test_outages(tmp_path: Path) -> None:
    text = "cluster,node,begin_s,end_s\na,0,5,9\na,1,7,\n"
    assert read_outages(file(tmp_path, text)) == {"a": (Outage(0, 5, 9), Outage(1, 7, NEVER))}
    for row in ("a,0,9,5", "a,,5,9", ",0,5,9", "a,0,,9", "a,x,5,9"):
        with pytest.raises(Invalid):
            read_outages(file(tmp_path, f"cluster,node,begin_s,end_s\n{row}\n"))
