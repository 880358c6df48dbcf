"""What is deployed fits the program: names of settings, paths, users, locks, pinned versions."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any, cast

import click
import pytest
import yaml

from entrepot import __version__
from entrepot.adapters.backends.local.kinds import Kind
from entrepot.adapters.backends.local.sandbox import works
from entrepot.faces.api.limits import Limits
from entrepot.faces.api.operations import OPERATIONS
from entrepot.faces.api.ops_deal import FILES_BODY_MAX
from entrepot.faces.api.proxies import trusted_networks
from entrepot.faces.cli.main import cli
from entrepot.services.settings import OTHER_NAMES, SETTINGS, read_settings

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted([*DEPLOY.glob("systemd/*.service"), *DEPLOY.glob("systemd/*.timer")])
PROGRAM = "/opt/entrepot/bin/entrepot"
PATHS = {operation.path for operation in OPERATIONS}
PINNED = re.compile(r"\S+:(?!latest\b)[^\s:@]*\d+\.\d+[^\s:@]*(@sha256:[0-9a-f]{64})?\Z")

OVER_PROC = ("ProtectKernelTunables", "ProtectKernelLogs", "ProtectProc", "ProcSubset")
BREAK_JOBS = (*OVER_PROC, "ProtectHostname", "RestrictNamespaces", "MemoryDenyWriteExecute")
"""Locks under which a job of this machine would lose its sandbox, or the compiler its work."""


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def unit(text: str) -> dict[str, dict[str, list[str]]]:
    """Return section → key → values of a unit file, in which a key may stand often."""
    found: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return found


def service() -> dict[str, list[str]]:
    return unit(text_of("systemd/entrepot.service"))["Service"]


def seconds(value: str) -> int:
    """Return a span of compose in seconds."""
    assert value.endswith("s")
    return int(value[:-1])


def compose() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(text_of("container/compose.yaml")))


def unknown_names(text: str) -> set[str]:
    """Return the names in a text that look like settings and are none."""
    known = {setting.env for setting in SETTINGS} | OTHER_NAMES
    return set(re.findall(r"\bENTREPOT_[A-Z_]*[A-Z]", text)) - known


def unpinned(images: list[str]) -> list[str]:
    """Return the images that no version pins."""
    return [image for image in images if not PINNED.match(image)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_name_of_a_setting_is_known(path: Path) -> None:
    assert unknown_names(path.read_text(encoding="utf-8")) == set()


def test_a_mistyped_name_would_be_found() -> None:
    assert unknown_names("ENTREPOT_HOEM=/x ENTREPOT_DB=y") == {"ENTREPOT_HOEM"}


def test_the_example_of_settings_is_taken_with_and_without_what_is_commented_out() -> None:
    text = text_of("entrepot.env.example")
    for lines in (text, re.sub(r"(?m)^#(?=[A-Z_]+=)", "", text)):
        pairs = [line.split("=", 1) for line in lines.splitlines() if re.match(r"[A-Z_]+=", line)]
        settings = read_settings({name: "".join(shlex.split(value)) for name, value in pairs})
        assert len(trusted_networks(settings.trusted_proxies)) == 2


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_parses(path: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        parser = ConfigParser(strict=False, interpolation=None)
        parser.read(path, encoding="utf-8")
        assert "Unit" in parser.sections()
        return
    for one in UNITS:
        text = one.read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / one.name).write_text(text, encoding="utf-8")
    words = ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and str(tmp_path) not in done.stderr, done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_a_planted_fault_in_a_unit_is_told(tmp_path: Path) -> None:
    text = text_of("systemd/entrepot.service").replace(PROGRAM, sys.executable)
    planted = tmp_path / "entrepot.service"
    planted.write_text(text.replace("ProtectSystem=strict", "ProtectSistem=strict"))
    words = ["systemd-analyze", "verify", "--man=no", str(planted)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "ProtectSistem" in done.stderr and str(tmp_path) in done.stderr


@pytest.mark.parametrize("name", ["entrepot.service", "entrepot-backup.service"])
def test_a_service_is_locked_in(name: str) -> None:
    keys = unit(text_of(f"systemd/{name}"))["Service"]
    wanted = {
        "User": "entrepot",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "",
        "UMask": "0077",
        "StateDirectoryMode": "0700",
    }
    assert {key: keys.get(key) for key in wanted} == {k: [v] for k, v in wanted.items()}
    assert keys["StateDirectory"][0].split()[0] == "entrepot"
    assert "ENTREPOT_HOME=/var/lib/entrepot" in keys["Environment"]


def test_no_lock_takes_the_sandbox_from_the_jobs() -> None:
    assert set(BREAK_JOBS) & set(service()) == set()
    assert "AF_NETLINK" in service()["RestrictAddressFamilies"][0].split()
    (filters,) = service()["SystemCallFilter"]
    assert filters.startswith("~") and not {"@mount", "@privileged"} & set(filters[1:].split())


@pytest.mark.skipif(not works(Kind.BWRAP_USERNS), reason="needs bubblewrap and namespaces")
def test_bubblewrap_works_under_no_new_privileges() -> None:
    code = (
        "import ctypes; assert ctypes.CDLL(None).prctl(38, 1, 0, 0, 0) == 0;"
        "from entrepot.adapters.backends.local.sandbox import works;"
        "from entrepot.adapters.backends.local.kinds import Kind;"
        "print(works(Kind.BWRAP_USERNS))"
    )
    words = [sys.executable, "-c", code]
    env = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=env)
    assert done.stdout == "True\n"


def test_a_service_stops_gently_and_leaves_jobs_alone() -> None:
    keys = service()
    assert keys["KillSignal"] == ["SIGTERM"] and keys["KillMode"] == ["process"]
    assert keys["Restart"] == ["on-failure"]
    assert int(keys["TimeoutStopSec"][0]) > 2 * Limits().drain_s
    assert set(keys["RestartPreventExitStatus"][0].split()) == {"2", "3", "4", "5"}


def arguments(line: str) -> list[str]:
    return shlex.split(line)[1:]


def problem_of(words: list[str]) -> str:
    """Return why the program would not take a line; nothing is run."""
    context = click.Context(cli)
    command = cli.get_command(context, words[0])
    if command is None:
        return f"no command {words[0]}"
    try:
        command.make_context(words[0], words[1:], parent=context)
    except click.UsageError as error:
        return error.format_message()
    return ""


def test_the_program_takes_every_line() -> None:
    keys = service()
    lines = [arguments(keys["ExecStart"][0]), arguments(keys["ExecStartPre"][0])]
    lines += [one["command"] for one in compose()["services"].values() if "command" in one]
    assert [problem_of(words) for words in lines if problem_of(words)] == []
    assert lines[0][:3] == ["serve", "--host", "127.0.0.1"]


@pytest.mark.parametrize("line", ["sevre", "serve --hots 0.0.0.0", "serve --port http"])
def test_a_line_that_the_program_does_not_take_would_be_found(line: str) -> None:
    assert problem_of(line.split()) != ""


def test_images_are_pinned() -> None:
    lines = text_of("container/Containerfile").splitlines()
    images = [line.split()[1] for line in lines if line.startswith("FROM ")]
    images += [one["image"] for one in compose()["services"].values()]
    assert len(images) >= 4 and unpinned(images) == []
    assert {one for one in images if one.startswith("entrepot:")} == {f"entrepot:{__version__}"}
    assert f"-t entrepot:{__version__} ." in text_of("container/Containerfile")


@pytest.mark.parametrize("image", ["postgres", "postgres:latest", "python:3-slim", "db:17.6:x"])
def test_an_image_without_a_version_would_be_found(image: str) -> None:
    assert unpinned([image]) == [image]


@pytest.mark.parametrize("name", sorted(compose()["services"]))
def test_a_container_is_locked_in(name: str) -> None:
    one = compose()["services"][name]
    assert one["user"].partition(":")[0].isdigit() and not one["user"].startswith("0")
    assert one["read_only"] is True and one["cap_drop"] == ["ALL"]
    assert "cap_add" not in one and "privileged" not in one
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert any(place.startswith("/tmp:") for place in one["tmpfs"])
    kept = {place.partition(":")[0] for place in one["volumes"]}
    assert kept and kept <= set(compose()["volumes"])


def test_nobody_outside_reaches_server_or_database() -> None:
    services = compose()["services"]
    assert services["exchange"]["ports"] == ["127.0.0.1:8765:8765"]
    assert "ports" not in services["db"] and services["db"]["networks"] == ["back"]
    assert compose()["networks"]["back"]["internal"] is True
    assert seconds(services["exchange"]["stop_grace_period"]) > 2 * Limits().drain_s


def test_the_proxy_that_is_believed_is_the_gateway_of_the_network() -> None:
    (front,) = compose()["networks"]["front"]["ipam"]["config"]
    told = compose()["services"]["exchange"]["environment"]["ENTREPOT_TRUSTED_PROXIES"]
    assert told == front["gateway"]
    (gateway,), (subnet,) = trusted_networks(told), trusted_networks(front["subnet"])
    assert gateway.version == subnet.version == 4 and gateway.subnet_of(subnet)  # type: ignore[arg-type]


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", text_of("container/compose.yaml")))
    given = set(re.findall(r"(?m)^([A-Z_]+)=", text_of("container/compose.env.example")))
    assert used == given
    assert re.search(r"(?m)^DB_PASSWORD=$", text_of("container/compose.env.example"))


def test_the_image_runs_the_server_as_a_plain_user() -> None:
    text = text_of("container/Containerfile")
    assert re.search(r"(?m)^USER 10001:10001$", text)
    assert text.index("\nUSER ") < text.index("\nENTRYPOINT ")
    assert 'CMD ["serve", "--host", "0.0.0.0", "--port", "8765"]' in text
    (volumes,) = re.findall(r"(?m)^VOLUME (\[.*\])$", text)
    exchange = compose()["services"]["exchange"]
    assert yaml.safe_load(volumes) == [place.partition(":")[2] for place in exchange["volumes"]]
    assert exchange["user"] == "10001:10001"


def test_the_image_copies_only_what_exists_and_what_the_builder_is_sent() -> None:
    text = text_of("container/Containerfile")
    lines = re.findall(r"(?m)^COPY (?!--)(.*) \S+$", text)
    copied = {name for line in lines for name in line.split()}
    sent = re.findall(r"(?m)^!(.*)$", text_of("container/Containerfile.dockerignore"))
    assert copied == set(sent)
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_health_is_asked_where_the_api_answers() -> None:
    asked = [
        path
        for path in FILES
        for path in re.findall(r"127\.0\.0\.1:8765(/[a-z]+)", path.read_text(encoding="utf-8"))
    ]
    assert len(asked) >= 2 and set(asked) <= PATHS


def test_the_proxy_is_no_narrower_than_the_exchange() -> None:
    text = text_of("proxy/nginx.conf")
    (size,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(size) * 1024 * 1024 >= FILES_BODY_MAX
    (wait,) = re.findall(r"proxy_read_timeout (\d+)s;", text)
    assert int(wait) >= max(operation.timeout_s for operation in OPERATIONS)
    assert set(re.findall(r"location = (\S+)", text)) <= PATHS
    assert set(re.findall(r"proxy_pass http://([^;]+);", text)) == {"127.0.0.1:8765"}
    assert "X-Forwarded-For $remote_addr;" in text and "X-Forwarded-Proto $scheme;" in text
    assert "$proxy_add_x_forwarded_for" not in text


def pins(path: Path) -> dict[str, set[str]]:
    """Return package with version → hashes of a lock file."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    rows = [line.split() for line in text.splitlines() if re.match(r"[a-z]", line)]
    return {row[0]: {word for word in row if word.startswith("--hash=")} for row in rows}


def test_the_driver_of_postgresql_has_the_pins_of_the_lock() -> None:
    lock, own = pins(ROOT / "requirements-dev.lock"), pins(DEPLOY / "postgres.lock")
    assert {name.partition("==")[0] for name in own} == {"psycopg", "psycopg-binary"}
    assert all(own.values()) and {name: lock.get(name) for name in own} == own


def test_the_image_is_built_by_the_builder_of_the_lock() -> None:
    (builder,) = re.findall(r"hatchling==\S+", text_of("container/Containerfile"))
    assert builder in pins(ROOT / "requirements-dev.lock")
