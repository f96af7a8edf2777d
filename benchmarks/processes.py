"""Servers as processes: started, waited for, weighed, and stopped by their id."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.work import Work

ROOT = Path(__file__).parents[1]
STARTING = 120.0
"""Seconds after which a server that does not answer is given up."""

STOPPING = 10.0
"""Seconds that a server has to end by itself once it is told to."""


class Failed(Exception):
    """A server or a load generator did not do what it is measured at."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def ask(port: int, work: Work, within: float = 30.0) -> Answer:
    """Send one request. Raises OSError or HTTPException when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within)
    try:
        connection.request(work.method, work.path, work.body or None, work.headers)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
    finally:
        connection.close()


class Process:
    """A server process on a port of its own. What it says on stderr goes to `log`, the rest to `output`."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        log: Path,
        environment: Mapping[str, str] | None = None,
        output: Path | None = None,
    ) -> None:
        self.port = port
        self.log = log
        # Bytecode is kept, as for everyone who installs the packages: a start would compile all modules else.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("MOCKADE_") and name != "PYTHONDONTWRITEBYTECODE"
        }
        with log.open("wb") as errors, Path(output or os.devnull).open("wb") as lines:
            self.started = time.perf_counter()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=lines,
                stderr=errors,
                cwd=ROOT,
                env={**kept, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **(environment or {})},
                start_new_session=True,
            )

    def first_answer(self, work: Work, within: float = STARTING) -> float:
        """Seconds from the start until `work` is answered as it should be. Raises Failed when it never is."""
        seen = "no answer"
        while time.perf_counter() - self.started < within:
            try:
                status = ask(self.port, work).status
                if status == work.status:
                    return time.perf_counter() - self.started
                seen = f"{status} in the place of {work.status}"
            except (OSError, http.client.HTTPException) as error:
                seen = repr(error)
            if self.process.poll() is not None:
                seen = f"it ended with {self.process.returncode}"
                break
            # Looking often would take from a slow start what it needs.
            time.sleep(max(0.002, (time.perf_counter() - self.started) / 200))
        last = self.log.read_text(errors="replace")[-1500:]
        raise Failed(f"{work.method} {work.path}: {seen}.\n{last}")

    def memory(self) -> float:
        """Resident MiB of the process and of those it started."""
        return sum(kibibytes for _, kibibytes in self._family()) / 1024

    def cpu(self) -> float | None:
        """Seconds of processor time that it and those it started have had; None where there is no /proc."""
        files = [Path(f"/proc/{pid}/stat") for pid, _ in self._family()]
        if not all(file.exists() for file in files):
            return None
        ticks = 0
        for file in files:
            fields = file.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # utime and stime, counted from the state on
        return ticks / os.sysconf("SC_CLK_TCK")

    def _family(self) -> list[tuple[int, int]]:
        """The process and those it started: their ids, and their resident KiB."""
        listing = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
        ).stdout
        rows = [tuple(map(int, line.split())) for line in listing.splitlines()]
        family = {self.process.pid}
        for pid, parent, _ in sorted(rows):
            if parent in family:
                family.add(pid)
        return [(pid, kibibytes) for pid, _, kibibytes in rows if pid in family]

    def stop(self) -> None:
        """End it and those it started: they are a process group of their own."""
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        except ProcessLookupError:
            self.process.wait()
