"""Drives a server with wrk, and reads what wrk measured."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import Failed, Process
from benchmarks.work import FIRST, NUMBER, Work

CONNECTIONS = 16
"""How many connections send at once, unless the number of connections is what is measured."""

_SAME = """
wrk.method = {method}
wrk.headers = {headers}
wrk.body = {body}
"""

_VARYING = """
local raw
local n = 0
function init()
    raw = wrk.format({method}, {path}, {headers}, {body})
end
function request()
    local numbered = raw:gsub("{number}", {first} + n % {wraps})
    n = n + 1
    return numbered
end
"""

_DONE = """
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\\nMEASURED {"requests":%d,"microseconds":%d,"refused":%d,"failed":%d,' ..
        '"p50":%.1f,"p99":%.1f,"most":%.1f}\\n',
        summary.requests, summary.duration, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99), latency.max))
end
"""


class Load(NamedTuple):
    """What one run of wrk measured; latencies are in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    most: float = 0.0
    """The longest that a request took."""
    cpu: float | None = None
    """Microseconds of processor time that the server had for a request."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def script(work: Work) -> str:
    """What wrk runs to send `work`. A long bracket keeps Lua from reading anything into the text."""
    headers = ", ".join(f"[ {_quoted(name)} ] = {_quoted(value)}" for name, value in work.headers.items())
    template = _VARYING if work.varies else _SAME
    return _DONE + template.format(
        method=_quoted(work.method),
        path=_quoted(work.path),
        headers=f"{{{headers}}}",
        body=_quoted(work.body) if work.body else "nil",
        number=NUMBER,
        first=FIRST,
        wraps=work.wraps,
    )


def _quoted(text: str) -> str:
    return f"[==[{text}]==]"


def weigh(
    process: Process, port: int, work: Work, seconds: float, folder: Path, connections: int = CONNECTIONS
) -> Load:
    """As `drive`, with what it cost the server: busy neighbours change that less than they change rates."""
    before = process.cpu()
    load = drive(port, work, seconds, folder, connections=connections)
    after = process.cpu()
    return (
        load if before is None or after is None else load._replace(cpu=(after - before) / load.requests * 1e6)
    )


def drive(port: int, work: Work, seconds: float, folder: Path, *, connections: int = CONNECTIONS) -> Load:
    """Send `work` for some seconds over several connections. Raises Failed at any other status."""
    lua = folder / "work.lua"
    lua.write_text(script(work), encoding="utf-8")
    address = f"http://127.0.0.1:{port}{'/' if work.varies else work.path}"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
    done = subprocess.run([*command, "-s", str(lua), address], capture_output=True, text=True, check=False)
    told = [line for line in done.stdout.splitlines() if line.startswith("MEASURED ")]
    if not told:
        raise Failed(f"wrk said nothing of {address}: {done.stdout}{done.stderr}")
    found = json.loads(told[0].removeprefix("MEASURED "))
    refused = found["requests"] if work.status > 399 else 0
    if found["failed"] or found["refused"] != refused or not found["requests"]:
        raise Failed(f"{work.method} {address}: not every answer was {work.status}: {found}")
    milliseconds = (found[name] / 1000 for name in ("p50", "p99", "most"))
    return Load(found["requests"], found["microseconds"] / 1e6, *milliseconds)
