"""Jobs that misbehave, on the real backend: each ends with a reason, a bill and free devices."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import LocalApp, furnish, job_file, keep_quote, open_home, quote_of, sums

from entrepot.adapters.backends.local.backend import LocalBackend
from entrepot.bootstrap import EmbeddedApp, open_app
from entrepot.faces.cli.main import run
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount
from entrepot.services import register
from entrepot.services.backend_port import Backend, RunSpec
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance, recover
from entrepot.services.lease import take_quote
from entrepot.services.run_job import cancel_job, start_job

PAID_IN = 5_000

FORKS = "import os, time\nwhile os.fork(): pass\ntime.sleep(30)"
"""For Python; the rest is for the shell."""

JOBS: dict[str, tuple[str, str, str]] = {
    "exits with 3": ("exit 3", "failed", "exit code 3"),
    "hangs": ("sleep 100", "timed_out", "was stopped after 3 s"),
    "floods its log": ("yes", "failed", "log"),
    "fills the disk": ("dd if=/dev/zero of=big bs=1M count=40; sleep 2", "failed", "disk"),
    "forks wildly": (FORKS, "failed", "process"),
    "writes no output": ("true", "failed", "out.txt"),
    "links its output away": ("ln -s /etc/passwd out.txt", "failed", "out.txt"),
    "makes a folder of its output": ("mkdir out.txt", "failed", "out.txt"),
    "kills itself": ("kill -9 $$", "failed", "signal 9"),
    "is no program": ("exec /no/such/program", "failed", "exit code 127"),
}


def furnished(home: Path, kind: type[EmbeddedApp] = LocalApp) -> EmbeddedApp:
    app = open_home(home, kind)
    firm = furnish(app, devices=1)
    register.deposit(app, firm.id, Amount(PAID_IN, HKD), "payment", "deposit")
    return app


def proven(app: EmbeddedApp) -> None:
    """See that nothing is held or busy, and that every cent is found again."""
    found = sums(app)
    assert (found.held, found.busy_milli) == (0, 0)
    assert found.free + found.paid == PAID_IN
    assert check_books(app) == []
    assert app.store.verify_journal() == []


@pytest.mark.parametrize("name", JOBS)
def test_a_job_that_misbehaves_is_ended_billed_and_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    script, state, word = JOBS[name]
    app = furnished(tmp_path / "home")
    command = json.dumps(["python3" if script is FORKS else "sh", "-c", script])
    path = job_file(tmp_path, command=command, duration="3s")
    text = path.read_text("utf-8")
    path.write_text(text.replace("isolation:", "disk: 8MB, isolation:"), "utf-8")
    capsys.readouterr()
    run(open_app, ["--home", str(app.home), "launch", str(path), "-y", "--json"])
    out, err = capsys.readouterr()
    answer: dict[str, Any] = json.loads(out)
    assert (answer["state"], err) == (state, "")
    assert word in answer["message"], answer["message"]
    assert answer["invoice"] and answer["reason"]
    assert not any(output["released"] for output in answer["outputs"])
    assert not (app.home / "documents" / "outputs").exists()
    proven(app)


def leased(app: EmbeddedApp, path: Path) -> str:
    with app.store.reading() as uow:
        firm = uow.registry.firms()[0]
    quote = keep_quote(app, quote_of(app, firm, path), 1)
    return take_quote(app, quote.id, accept_duties=True, key="take").id


def test_a_cancelled_job_is_billed_for_what_it_used(tmp_path: Path) -> None:
    app = furnished(tmp_path / "home")
    job = start_job(app, leased(app, job_file(tmp_path, command="[sleep, '600']")))
    time.sleep(1.2)
    cancel_job(app, job.id)
    until = time.monotonic() + 30
    while (step := advance(app, job.id)).invoice is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert (step.job.state, step.job.reason) == ("cancelled", "job.cancelled")
    assert 0 < step.invoice.total_minor < 100
    proven(app)


def big_file_job(folder: Path) -> Path:
    """A job whose files are larger than its own disk: the centre cannot start it."""
    (folder / "big").write_bytes(bytes(2_000_000))
    path = job_file(folder)
    text = path.read_text("utf-8").replace("isolation:", "disk: 1MB, isolation:")
    path.write_text(text.replace("  outputs:", "  files: [big]\n  outputs:"), "utf-8")
    return path


def test_a_job_that_cannot_start_frees_what_it_leased(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = furnished(tmp_path / "home")
    path = big_file_job(tmp_path)
    capsys.readouterr()
    run(open_app, ["--home", str(app.home), "launch", str(path), "-y"])
    out, err = capsys.readouterr()
    assert "larger than the job's disk" in out + err
    assert "Traceback" not in out + err
    assert sums(app).paid == 0
    proven(app)


class Deaf(LocalBackend):
    """A backend that dies before it hears of the job."""

    def submit(self, spec: RunSpec) -> None:
        raise KeyboardInterrupt


class DeafApp(LocalApp):
    def backend(self, name: str) -> Backend:
        return Deaf(self.home)


def interrupted(tmp_path: Path) -> tuple[EmbeddedApp, str, str]:
    """Return a home whose process died between recording a job and starting it."""
    app = furnished(tmp_path / "home")
    (tmp_path / "a.sh").write_text("echo done > out.txt\n", "utf-8")
    path = job_file(tmp_path, command="[sh, a.sh]")
    path.write_text(path.read_text("utf-8").replace("  outputs:", "  files: [a.sh]\n  outputs:"))
    lease = leased(app, path)
    with pytest.raises(KeyboardInterrupt):
        start_job(open_home(app.home, DeafApp), lease)
    with app.store.reading() as uow:
        job = uow.deals.job_of_lease(lease)
    assert job is not None
    return app, lease, job.id


def test_a_job_recorded_but_not_started_starts_at_the_next_call(tmp_path: Path) -> None:
    app, lease, job_id = interrupted(tmp_path)
    assert recover(app).billed or start_job(app, lease).id == job_id
    while (step := advance(app, job_id)).invoice is None:
        time.sleep(0.05)
    assert step.job.state == "succeeded"
    proven(app)


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_what_runs_late_is_still_what_was_quoted(tmp_path: Path, change: str) -> None:
    """Else the file of a job could be swapped between the quote and the run."""
    app, lease, _ = interrupted(tmp_path)
    (tmp_path / "a.sh").unlink()
    if change == "changed":
        (tmp_path / "a.sh").write_text("echo other > out.txt\n", "utf-8")
    assert len(recover(app).billed) == 1
    step = advance(app, lease)
    assert (step.job.state, step.invoice and step.invoice.total_minor) == ("failed", 0)
    proven(app)


def test_a_job_cancelled_before_its_centre_heard_of_it_never_runs(tmp_path: Path) -> None:
    app, lease, job_id = interrupted(tmp_path)
    cancel_job(app, job_id)
    while (step := advance(app, lease)).invoice is None:
        time.sleep(0.05)
    assert step.job.state in ("cancelled", "succeeded", "failed")
    assert recover(app).running == ()
    proven(app)


class Refusing(LocalBackend):
    def submit(self, spec: RunSpec) -> None:
        raise Invalid("backend.spec", "The job cannot be started: {why}.", why="{odd} braces")


class RefusingApp(LocalApp):
    def backend(self, name: str) -> Backend:
        return Refusing(self.home)


def test_a_refusal_of_the_centre_is_kept_word_for_word(tmp_path: Path) -> None:
    app = furnished(tmp_path / "home", RefusingApp)
    job = start_job(app, leased(app, job_file(tmp_path)))
    step = advance(app, job.id)
    assert step.state.reason is not None
    assert step.state.reason.text == "The job cannot be started: {odd} braces."
    assert (step.job.state, step.job.reason) == ("failed", "backend.spec")
    proven(app)
