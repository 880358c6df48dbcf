"""Files in parts: an agent fetches the inputs of a run and sends its log and permitted outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from entrepot.faces.agent.runs import Bench, Run
from entrepot.faces.agent.talk import Talk
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_
from entrepot.services.agent_message import PART_BYTES, packed, unpacked
from entrepot.services.ports_agent_desk import Workplace


def fetch_inputs(talk: Talk, place: Workplace, run: Run) -> None:
    """Fetch the inputs of a run that are not here yet, each proved by its digest.

    Raises:
        Refused: a file is not the one that was quoted.
    """
    files = cast("Mapping[str, Mapping[str, object]]", run.spec["files"])
    for name, file in files.items():
        digest, size = str(file["sha256"]), cast(int, file["bytes"])
        if place.input(digest).exists():
            continue
        data = b""
        while len(data) < size:
            asked = {"assignment": run.id, "offset": len(data), "sha256": digest}
            part = unpacked(talk.ask("get", asked)["data"])
            if not part:
                break
            data += part
        if sha256_hex(data) != digest:
            raise Refused(
                "agent.input_changed",
                N_("The input {name} of run {id} is not the one that was quoted."),
                hint=N_("The exchange has to queue the job again."),
                name=name,
                id=run.id,
            )
        place.keep_input(digest, data, executable=file["executable"] is True)


def send_log(talk: Talk, bench: Bench, run: Run, offset: int, parts: int) -> None:
    """Send what came of a log since ``offset``.

    Args:
        talk: with the exchange.
        bench: where the run is; run: whose log.
        offset: where the exchange's copy ends.
        parts: most parts; the log of a long run shall not hold up the others.
    """
    run.logged = offset
    while run.started and not run.refused and parts:
        data, _next = bench.backend.logs(run.job_id, run.logged)
        if not data:
            return
        part = {"data": packed(data[:PART_BYTES]), "offset": run.logged, "sha256": ""}
        now = cast(int, talk.ask("put", {"assignment": run.id, **part})["bytes"])
        if now == run.logged:
            return
        run.logged, parts = now, parts - 1


def send_outputs(talk: Talk, bench: Bench, run: Run, wanted: Sequence[str]) -> None:
    """Send the outputs that the exchange asked for, whole."""
    files = {file.sha256: file for file in bench.backend.outputs(run.job_id)}
    for digest in wanted:
        file = files.get(digest)
        if file is None:
            continue
        come = 0
        with file.path.open("rb") as source:
            while True:
                source.seek(come)
                part = packed(source.read(PART_BYTES))
                asked = {"assignment": run.id, "data": part, "offset": come, "sha256": digest}
                now = cast(int, talk.ask("put", asked)["bytes"])
                if now >= file.bytes or now == come:
                    break
                come = now
