"""``entrepot serve``: it starts, answers, stops when asked, and says plainly why it cannot."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.played_home import CODE, ROOT, call, copy_of, played

from entrepot.bootstrap import open_app
from entrepot.faces.api.server import free_port
from entrepot.services.identity_invitations import the_link
from entrepot.services.settings import read_settings

Capture = pytest.CaptureFixture[str]


@contextmanager
def serving(home: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Start the server on a free port; yield the process and the address it tells."""
    with told_by(home) as (process, told):
        yield process, told["url"]


@contextmanager
def told_by(home: Path) -> Generator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start the server on a free port; yield the process and all that it tells."""
    words = ["--home", str(home), "serve", "--port", "0", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield process, json.loads(line)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_stops_when_asked(name: signal.Signals) -> None:
    with serving(played().home) as (process, url):
        with urllib.request.urlopen(url + "ready", timeout=20) as answer:
            assert json.load(answer) == {"status": "ready"}
        process.send_signal(name)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (0, "", "")


def test_a_home_without_an_operator_prints_a_link_that_makes_one(tmp_path: Path) -> None:
    home = copy_of(played().home, tmp_path)
    with told_by(home) as (_, told):
        before, _, secret = told["setup"].rpartition("/")
    assert before == f"{told['url']}setup"
    assert the_link(open_app(read_settings({"ENTREPOT_HOME": str(home)})), secret, "setup")


def test_a_port_in_use_is_one_sentence(capsys: Capture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        assert call(played().home, "serve", "--port", str(port)) == 5
    err = capsys.readouterr().err
    assert err.startswith(f"✗ Port {port} is in use.\nTo fix: ")


@pytest.mark.parametrize("port", ["65536", "-1", "x"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert call(played().home, "serve", f"--port={port}") == 2


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_of_another_machine_is_refused(host: str, capsys: Capture) -> None:
    assert call(played().home, "serve", "--host", host) == 2
    assert "is no address of this machine" in capsys.readouterr().err


def test_without_a_home_there_is_nothing_to_serve(tmp_path: Path, capsys: Capture) -> None:
    assert call(tmp_path / "none", "serve", "--port", "0") == 4
    assert "There is no home" in capsys.readouterr().err


def test_a_free_port_is_found() -> None:
    port = free_port("127.0.0.1", 0)
    assert 0 < port < 65_536
    assert free_port("127.0.0.1", port) == port


def test_help_loads_no_server_and_says_what_is_served() -> None:
    code = (
        "import sys; from entrepot.bootstrap import open_app; from entrepot.faces.cli import main;"
        "main.run(open_app, ['serve', '--help']);"
        "sys.exit(bool({'litestar', 'granian', 'sqlalchemy'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "all else needs an account" in " ".join(done.stdout.split())
