"""The part of the Kubernetes API that the backend uses, played by a small HTTP server.

No control plane was at hand. The answers have the form of the published API, and the official
client reads them; what runs a pod here is this process: the container's command becomes a child
on this machine, its volume a folder, its devices numbers that are counted.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAMESPACE = "entrepot"
TOKEN = "a-token-of-the-tests"
DEVICE = "nvidia.com/gpu"
SHARE = "nvidia.com/gpucores"
NODES = {"k1": 8, "k2": 8}
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\Z")
_KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: tests
contexts: [{{name: tests, context: {{cluster: c, user: u, namespace: {namespace}}}}}]
clusters: [{{name: c, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: u, user: {{token: {token}}}}}]
"""

Plain = dict[str, Any]


def now() -> str:
    """Return the time as the API writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Pod:
    """A pod that waits, runs or ran."""

    job: str
    spec: Plain
    created: str = field(default_factory=now)
    node: str = ""
    devices: dict[str, int] = field(default_factory=dict[str, int])
    process: subprocess.Popen[bytes] | None = None
    started: str = ""
    ended: str = ""
    code: int | None = None


class KubernetesServer:
    """The server with its nodes.

    Args:
        volume: folder that stands for the claim.
    """

    def __init__(self, volume: Path) -> None:
        self.volume = volume
        self.requests: list[str] = []
        self.created: list[Plain] = []
        self._jobs: dict[str, Plain] = {}
        self._pods: dict[str, Pod] = {}
        self._lock = threading.RLock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            """Hands every request to the server."""

            def do_GET(self) -> None:
                server.answer(self)

            do_POST = do_DELETE = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def kubeconfig(self, path: Path, port: int = 0) -> Path:
        """Write a file by which a client finds the server."""
        text = _KUBECONFIG.format(
            port=port or self._http.server_port, token=TOKEN, namespace=NAMESPACE
        )
        path.write_text(text)
        return path

    def stop(self) -> None:
        """End the server and every pod."""
        self._http.shutdown()
        self._http.server_close()
        for name in list(self._jobs):
            self._delete(name)

    def lose_node(self, node: str) -> None:
        """End the pods of a node without a word, as a node that vanishes does."""
        with self._lock:
            for pod in self._pods.values():
                if pod.node == node and pod.process and pod.code is None:
                    pod.process.kill()
                    pod.process.wait()
                    pod.code, pod.ended = -1, ""

    def answer(self, http: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        parts = urlsplit(http.path)
        self.requests.append(f"{http.command} {parts.path}")
        length = int(http.headers.get("Content-Length") or 0)
        body = http.rfile.read(length)
        if http.headers.get("Authorization") != f"Bearer {TOKEN}":
            status, told = _status(401, "Unauthorized")
        else:
            with self._lock:
                self._turn()
                status, told = self._route(http.command, parts.path, parse_qs(parts.query), body)
        data = json.dumps(told).encode()
        http.send_response(status)
        http.send_header("Content-Type", "application/json")
        http.send_header("Content-Length", str(len(data)))
        http.end_headers()
        http.wfile.write(data)

    def _route(
        self, verb: str, path: str, query: dict[str, list[str]], body: bytes
    ) -> tuple[int, Plain]:
        jobs = f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs"
        name = path.rpartition("/")[2]
        if path == "/api/v1/nodes":
            return 200, _list("NodeList", [_node(node, count) for node, count in NODES.items()])
        if path == f"/api/v1/namespaces/{NAMESPACE}/pods":
            wanted = query["labelSelector"][0].partition("=")[2]
            found = [_pod_answer(*item) for item in self._pods.items() if item[1].job == wanted]
            return 200, _list("PodList", found)
        if verb == "POST" and path == jobs:
            return self._create(json.loads(body))
        if path == f"{jobs}/{name}" and name in self._jobs:
            return 200, self._delete(name) if verb == "DELETE" else self._job(name)
        return _status(404, f'"{path}" not found')

    def _create(self, job: Plain) -> tuple[int, Plain]:
        name, spec = job["metadata"]["name"], job["spec"]["template"]["spec"]
        if name in self._jobs:
            return _status(409, f'jobs.batch "{name}" already exists')
        sound = _NAME.match(name) and spec["restartPolicy"] == "Never" and spec["containers"]
        if not sound:
            return _status(422, f'Job.batch "{name}" is invalid')
        self._jobs[name] = job
        self.created.append(job)
        self._pods[f"{name}-x7k2p"] = Pod(name, spec)
        self._turn()
        return 201, self._job(name)

    def _turn(self) -> None:
        """Notice what has ended, and start what fits."""
        for pod in self._pods.values():
            if pod.process and pod.code is None and pod.process.poll() is not None:
                pod.code, pod.ended = pod.process.returncode, now()
        for pod in self._pods.values():
            if not pod.process and self._place(pod):
                self._start(pod)

    def _place(self, pod: Pod) -> bool:
        limits = pod.spec["containers"][0]["resources"]["limits"]
        count, share = int(limits.get(DEVICE, 0)), int(limits.get(SHARE, 100))
        for node, devices in NODES.items():
            held = [one for one in self._pods.values() if one.node == node and one.code is None]
            used = [sum(one.devices.get(str(d), 0) for one in held) for d in range(devices)]
            fit = [d for d in range(devices) if used[d] + share <= 100]
            if len(fit) >= count:
                chosen = sorted(fit, key=lambda d: -used[d])[:count]
                pod.node, pod.devices = node, {str(d): share for d in chosen}
                return True
        return False

    def _start(self, pod: Pod) -> None:
        container = pod.spec["containers"][0]
        words: list[str] = container["command"]
        for mount in container["volumeMounts"]:
            there = str(self.volume / mount["subPath"])
            words = [word.replace(mount["mountPath"], there) for word in words]
        env = {"PATH": "/usr/bin:/bin", "ENTREPOT_NODE": pod.node}
        env |= {"NVIDIA_VISIBLE_DEVICES": ",".join(pod.devices)} if pod.devices else {}
        env |= {"CUDA_VISIBLE_DEVICES": ",".join(pod.devices)} if pod.devices else {}
        pod.process = subprocess.Popen(
            words, env=env, cwd="/", stdin=subprocess.DEVNULL, start_new_session=True
        )
        pod.started = now()

    def _delete(self, name: str) -> Plain:
        job = self._job(name)
        for key, pod in list(self._pods.items()):
            if pod.job == name:
                del self._pods[key]
                if pod.process and pod.process.poll() is None:
                    pod.process.terminate()
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        pod.process.wait(5)
                    pod.process.kill()
        del self._jobs[name]
        return job

    def _job(self, name: str) -> Plain:
        pods = [pod for pod in self._pods.values() if pod.job == name]
        over = [pod for pod in pods if pod.code is not None]
        status: Plain = {"active": len(pods) - len(over), "startTime": pods[0].created}
        if over:
            kind = "Complete" if over[0].code == 0 else "Failed"
            status["conditions"] = [{"type": kind, "status": "True", "lastTransitionTime": now()}]
        job = self._jobs[name]
        return {**job, "metadata": {**job["metadata"], "namespace": NAMESPACE}, "status": status}


def _pod_answer(name: str, pod: Pod) -> Plain:
    state: Plain = {"waiting": {"reason": "ContainerCreating"}}
    phase = "Pending"
    if pod.process:
        phase, state = "Running", {"running": {"startedAt": pod.started}}
    status: Plain = {}
    if pod.code is not None:
        phase = "Succeeded" if pod.code == 0 else "Failed"
        times = {"startedAt": pod.started, "finishedAt": pod.ended or now()}
        state = {"terminated": {"exitCode": abs(pod.code), "reason": "Error", **times}}
        status = {"reason": "NodeLost"} if pod.code < 0 and not pod.ended else {}
    listed = [
        {
            "name": "job", "state": state, "ready": False, "restartCount": 0,
            "image": "python:3.11", "imageID": "",
        }
    ]  # fmt: skip
    placed = {"type": "PodScheduled", "status": "False", "message": f"Insufficient {DEVICE}"}
    status |= {"phase": phase, "containerStatuses": listed if pod.process else []}
    status["conditions"] = [] if pod.process else [placed]
    meta = {"name": name, "namespace": NAMESPACE, "creationTimestamp": pod.created}
    return {"metadata": meta, "spec": {**pod.spec, "nodeName": pod.node or None}, "status": status}


def _node(name: str, devices: int) -> Plain:
    allocatable = {"cpu": "64", "memory": "256Gi", DEVICE: str(devices), SHARE: str(devices * 100)}
    return {"metadata": {"name": name}, "status": {"allocatable": allocatable}}


def _list(kind: str, items: list[Plain]) -> Plain:
    return {"kind": kind, "apiVersion": "v1", "metadata": {}, "items": items}


def _status(code: int, message: str) -> tuple[int, Plain]:
    told = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return code, {**told, "code": code, "message": message}
