"""Worlds over several processes: the balancers of examples/scaling, and what docs/scaling.md shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import httpx
import jsonschema
import pytest
import yaml

from mockade.cli.serve import serve
from tests.balancers import (
    EXAMPLES,
    FRONT,
    KINDS,
    WORKERS,
    Balancer,
    Cluster,
    free_ports,
    program,
    with_ports,
)
from tests.reports.schemas import published
from tests.servers import NO_TLS, TOO_LONG, Server, curl_request, environment, mockade, read_all, until

PAGE = (Path(__file__).parents[1] / "docs" / "scaling.md").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[1]
V1 = "/_mockade/v1"
KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"


@pytest.fixture(scope="module", params=KINDS)
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(request.param, tmp_path_factory.mktemp(request.param), "meshmap") as one:
        yield one


def get(cluster: Cluster, path: str, **headers: str) -> httpx.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return cluster.client.get(path, headers={**KEY, **names})


def statuses(cluster: Cluster, paths: Iterable[str], **headers: str) -> set[int]:
    """What so many requests are answered, over one connection: with httpx they take most of a test's time."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    found = set()
    with closing(HTTPConnection("127.0.0.1", cluster.ports[FRONT], timeout=TOO_LONG)) as connection:
        for path in paths:
            connection.request("GET", path, headers={**KEY, **names})
            with connection.getresponse() as answer:
                found.add(answer.status)
                answer.read()
    return found


def raw(cluster: Cluster, path: bytes, *headers: bytes, method: bytes = b"GET", body: bytes = b"") -> bytes:
    """The answer to a request that no client would write."""
    port = cluster.ports[FRONT]
    fixed = [b"Host: localhost", b"Connection: close", b"x-app-api-key: meshmap-demo-key"]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(method + b" " + path + b" HTTP/1.1\r\n")
        connection.sendall(b"".join(line + b"\r\n" for line in (*fixed, *headers)) + b"\r\n" + body)
        return read_all(connection)


def test_a_thousand_worlds_are_spread_evenly_and_each_meets_one_worker(cluster: Cluster) -> None:
    names = [f"team-{number % 40}.test-{number}" for number in range(1000)]
    assert statuses(cluster, [f"/@{name}{SESSIONS}" for name in names]) == {200}
    spread = cluster.worlds()
    assert spread.keys() >= set(names)
    for name in names[::10]:
        assert statuses(cluster, [SESSIONS], x_mockade_world=name) == {200}
        assert statuses(cluster, [f"/%40{name}{V1}/state"]) == {200}
        assert get(cluster, f"{V1}/worlds/{name}/journal").json()["exchanges"], (
            "it is the worker that was asked"
        )
    assert cluster.worlds() == spread
    assert {len(spread[name]) for name in names} == {1}
    counts = Counter(spread[name][0] for name in names)
    assert len(counts) == 4
    assert all(190 <= count <= 310 for count in counts.values()), counts


def test_who_names_no_world_always_meets_the_same_worker(cluster: Cluster) -> None:
    made = cluster.client.post(SESSIONS, headers=KEY, json={"name": "One"})
    assert made.status_code == 201
    for _ in range(8):
        assert get(cluster, f"{SESSIONS}/{made.json()['id']}").status_code == 200
        assert get(cluster, f"/@default{SESSIONS}/{made.json()['id']}").status_code == 200
        assert get(cluster, f"{V1}/worlds/default/journal").json()["exchanges"]


SPELLINGS = [
    (b"/@odd/apps/game-sessions", []),
    (b"/%40odd/apps/game-sessions", []),
    (b"/@%6fdd/apps/game-sessions", []),
    (b"/%40%6F%64%64/apps/game-sessions?x=/@other", []),
    (b"http://localhost/@odd/apps/game-sessions", []),
    (b"/@odd/apps/game-sessions?/_mockade/v1/worlds/other", []),
    (b"/apps/game-sessions", [b"X-Mockade-World: odd"]),
    (b"/apps/game-sessions", [b"X-Mockade-World: odd", b"X-Mockade-World: even"]),
    (b"/apps/game-sessions", [b"X-Mockade-World:   odd  "]),
    (b"/@even/apps/game-sessions", [b"X-Mockade-World: odd"]),
    (b"/@odd/_mockade/v1/state", []),
    (b"/@odd/%5Fmockade/v1/state", []),
    (b"/_mockade/v1/state", [b"X-Mockade-World: odd"]),
    (b"/_mockade/v1/worlds/odd/state", []),
    (b"/%5fmockade/v1/worlds/%6fdd/state", []),
    (b"/_mockade/v1/worlds/odd/state", [b"X-Mockade-World: even"]),
    (b"/@even/_mockade/v1/worlds/odd/state", []),
    (b"/@even/_mockade/v1/worlds/odd/state", [b"X-Mockade-World: third"]),
    (b"/apps/game-sessions", [b"X-Mockade-World: odd", b"X-Mockade-Route: even"]),
]


def test_every_spelling_of_a_world_leads_to_its_worker(cluster: Cluster) -> None:
    before = cluster.worlds()
    for path, headers in SPELLINGS:
        answer = raw(cluster, path, *headers)
        assert answer.startswith(b"HTTP/1.1 200"), (path, headers, answer)
    found = cluster.worlds()
    assert found.keys() - before.keys() == {"odd"}
    assert len(found["odd"]) == 1
    assert cluster.client.delete(f"{V1}/worlds/odd").status_code == 204


NO_NAMES = [
    b"A",
    b"-a",
    b"a%20b",
    b"a" * 65,
    b"a" * 200,
    b"%C3%A4",
    b"a%0A",
    b"a%0D%0AX-Mockade-World:%20smuggled",
    b"a%00b",
    b"a%2Fb",
    b"..%2F",
    b"@a",
    b"%zz",
    b"%",
]


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_no_world_can_have_is_mockades_400(cluster: Cluster, name: bytes) -> None:
    before = cluster.worlds()
    for path in (b"/@" + name + SESSIONS.encode(), b"/_mockade/v1/worlds/" + name + b"/state"):
        answer = raw(cluster, path)
        assert answer.startswith(b"HTTP/1.1 400"), answer
        assert b"a-z" in answer, "it says what a name is"
    assert cluster.worlds() == before


@pytest.mark.parametrize("name", [b"", b"Arena", b"\xc3\xa4", b"a" * 200, b"a, b", b"a\tb"])
def test_a_header_that_names_no_world_is_a_400_too(cluster: Cluster, name: bytes) -> None:
    before = cluster.worlds()
    answer = raw(cluster, SESSIONS.encode(), b"X-Mockade-World: " + name)
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert cluster.worlds() == before


def test_a_world_with_a_seed_is_made_where_it_will_be_looked_for(cluster: Cluster) -> None:
    for number in range(12):
        body = {"name": f"seeded-{number}", "seed": number}
        assert cluster.client.post(f"{V1}/worlds", json=body).status_code == 201
        assert get(cluster, f"{V1}/worlds/seeded-{number}").json()["seed"] == number
    made = cluster.worlds()
    assert all(len(made[f"seeded-{number}"]) == 1 for number in range(12))
    assert len({made[f"seeded-{number}"][0] for number in range(12)}) > 1


def test_asking_for_a_world_that_is_not_there_makes_none(cluster: Cluster) -> None:
    before = cluster.worlds()
    for path in (f"{V1}/worlds/nowhere", f"{V1}/worlds/nowhere/document", f"{V1}/worlds/nowhere/events"):
        assert get(cluster, path, x_mockade_world="nowhere").status_code == 404
    assert cluster.worlds() == before


def test_a_fork_is_refused_with_what_to_do_instead(cluster: Cluster) -> None:
    get(cluster, f"/@forked{SESSIONS}")
    for path in (f"{V1}/worlds/forked/fork", f"/@forked{V1}/fork", f"{V1}/fork"):
        answer = cluster.client.post(path, json={"name": "copy"})
        assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
        assert "mockade world export" in answer.json()["detail"]
    assert "copy" not in cluster.worlds()
    assert cluster.client.post("/v1/a/worlds/x/fork").status_code == 404, "a vendor's own path is Mockade's"


def test_where_workers_share_a_store_forks_may_be_allowed(tmp_path: Path) -> None:
    edit = ("presetenv MOCKADE_FORKS refused", "presetenv MOCKADE_FORKS allowed")
    with Cluster("haproxy", tmp_path, "meshmap", edit=lambda text: text.replace(*edit)) as cluster:
        assert cluster.client.post(f"{V1}/fork", json={"name": "copy"}).status_code == 201


def test_links_name_the_balancer_and_the_host_and_the_client_come_through(cluster: Cluster) -> None:
    made = cluster.client.post(f"/@linked{SESSIONS}", headers=KEY, json={"name": "One"})
    assert made.status_code == 201
    (entry, *_) = get(cluster, f"{V1}/worlds/linked/journal").json()["exchanges"]
    headers = {name.lower(): value for name, value in entry["request"]["headers"].items()}
    assert headers["host"] == f"127.0.0.1:{cluster.ports[FRONT]}"
    assert headers["x-forwarded-for"], "an address of this machine"
    assert entry["request"]["path"] == SESSIONS
    refused = cluster.client.get(f"{V1}/worlds", headers={"host": "mocks.example"})
    assert (refused.status_code, "not this machine's own" in refused.text) == (403, True)
    foreign = cluster.client.get(f"{V1}/worlds", headers={"origin": "http://elsewhere.example"})
    assert foreign.status_code == 403
    own = {"origin": cluster.url, "x-forwarded-proto": "https"}
    assert cluster.client.get(f"{V1}/worlds", headers=own).status_code == 200, (
        "the balancer says how it was asked"
    )


def test_a_balancer_adds_nothing_that_a_contract_would_have_to_know(cluster: Cluster) -> None:
    answer = get(cluster, f"/@plain{SESSIONS}")
    (entry,) = get(cluster, f"{V1}/worlds/plain/journal").json()["exchanges"]
    assert (entry["violations"], entry["notices"]) == ([], [])
    holder = cluster.workers[cluster.worlds()["plain"][0]]
    direct = holder.request("GET", f"/@plain{SESSIONS}", headers=KEY)
    assert answer.headers.keys() == direct.headers.keys()
    assert answer.content == direct.content


def test_events_come_through_as_they_happen(cluster: Cluster) -> None:
    get(cluster, f"/@seen{SESSIONS}")
    with cluster.client.stream("GET", f"{V1}/worlds/seen/events?summary=true") as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("event")) == "event: start"
        assert statuses(cluster, [f"/@seen{SESSIONS}"]) == {200}
        data = next(json.loads(line[6:]) for line in lines if '"get' in line or '"list' in line)
        assert data["request"]["path"] == SESSIONS


def test_a_world_moves_through_the_balancer_and_goes_on_at_its_worker(
    cluster: Cluster, tmp_path: Path
) -> None:
    """What happens when a balancer comes before a server that had all worlds."""
    with Server("meshmap") as alone:
        for name in ("first", "second", "third"):
            answer = alone.request("POST", f"/@{name}{SESSIONS}", headers=KEY, json={"name": name})
            assert answer.status_code == 201
            file = str(tmp_path / name)
            assert mockade("world", "export", name, file, "--url", alone.url).returncode == 0
            done = mockade("world", "import", file, "--url", cluster.url)
            assert done.returncode == 0, done.stderr
            there = get(cluster, f"/@{name}{SESSIONS}/{answer.json()['id']}")
            assert (there.status_code, there.json()["name"]) == (200, name)
            again = mockade("world", "import", file, "--url", cluster.url)
            assert (again.returncode, "--replace" in again.stderr) == (2, True)
    urls = [word for worker in cluster.workers for word in ("--url", worker.url)]
    found = mockade("world", "find", "second", *urls)
    assert found.returncode == 0
    holder = cluster.workers[cluster.worlds()["second"][0]]
    assert found.stdout == f"{holder.url}/@second\n"
    listed = mockade("world", "list", "--json", *urls)
    told = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {one["name"]: one["server"] for one in told}["second"] == holder.url
    assert listed.stderr == "", "no world is on two workers"


def test_a_killed_worker_moves_its_worlds_alone_and_gets_them_back(
    cluster: Cluster, request: pytest.FixtureRequest
) -> None:
    names = [f"k{number}" for number in range(400)]
    assert statuses(cluster, [f"/@{name}{SESSIONS}" for name in names]) == {200}
    spread = cluster.worlds()
    before = {name: spread[name][0] for name in names}
    killed = before[names[0]]
    cluster.workers[killed].process.kill()
    until(lambda: answers(cluster, names[0]))
    assert statuses(cluster, [f"/@{name}{SESSIONS}" for name in names]) == {200}
    spread = cluster.worlds()
    moved = {name for name in names if spread[name] != [before[name]]}
    own = {name for name in names if before[name] == killed}
    assert moved >= own
    # Envoy's table may move some few others, HAProxy's ring none.
    assert len(moved - own) <= (2 if "envoy" in request.node.name else 0)
    new = Counter(spread[name][0] for name in own)
    assert len(new) == 3, "and not all of them to one neighbour"
    cluster.restart(killed)
    until(lambda: answers(cluster, names[0]) and names[0] in cluster.worlds_of(killed))
    for name, workers in cluster.worlds().items():
        for number in workers if name in names else ():
            cluster.workers[number].request("DELETE", f"{V1}/worlds/{name}")


def without_checks(text: str) -> str:
    """As the page says for who would rather wait for a worker: no `check`, no `health_checks`."""
    edited = re.sub(r"^ +health_checks:\n(?: {8}.*\n| {10}.*\n)+", "", text, flags=re.MULTILINE)
    edited = edited.replace("default-server check inter 1s fall 2 rise 1 ", "default-server ")
    edited = edited.replace(" on-marked-down shutdown-sessions", "")
    assert edited != text
    return edited


@pytest.mark.parametrize("kind", KINDS)
def test_without_health_checks_worlds_wait_for_their_worker_and_find_what_it_saved(
    kind: str, tmp_path: Path
) -> None:
    names = [f"w{number}" for number in range(20)]
    with Cluster(kind, tmp_path, "meshmap", edit=without_checks) as cluster:
        ids = {}
        for name in names:
            made = cluster.client.post(f"/@{name}{SESSIONS}", headers=KEY, json={"name": name})
            ids[name] = made.json()["id"]
        before = cluster.worlds()
        killed = before["w0"][0]
        assert cluster.workers[killed].stop()[0] == 0
        own = [name for name in names if before[name] == [killed]]
        for name in names:  # an answer that is refused is waited for
            assert statuses(cluster, [f"/@{name}{SESSIONS}"]) == ({503} if name in own else {200})
        cluster.restart(killed)
        for name in names:
            until(lambda name=name: answers(cluster, name))
            assert get(cluster, f"/@{name}{SESSIONS}/{ids[name]}").json()["name"] == name
        assert cluster.worlds() == before


def test_the_script_of_the_page_moves_all_worlds_of_a_server(cluster: Cluster, tmp_path: Path) -> None:
    (script,) = re.findall(r"^```bash\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("There is no bash to run it.")
    names = ["alpha", "beta"]
    with Server("meshmap") as old:
        ids = {}
        for name in names:
            made = old.request("POST", f"/@{name}{SESSIONS}", headers=KEY, json={"name": name})
            ids[name] = made.json()["id"]
        get(cluster, f"/@beta{SESSIONS}")  # who called too early has made a world there
        (tmp_path / "mockade").write_text(f'#!/bin/sh\nexec {sys.executable} -m mockade "$@"\n')
        (tmp_path / "mockade").chmod(0o755)
        done = subprocess.run(
            [bash, "-euo", "pipefail", "-c", with_ports(script, cluster.ports)],
            env=environment(OLD=old.url, PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        left = [one["name"] for one in old.request("GET", f"{V1}/worlds").json()["worlds"]]
    assert left == ["default"]
    for name in names:
        assert get(cluster, f"/@{name}{SESSIONS}/{ids[name]}").json()["name"] == name


def answers(cluster: Cluster, name: str) -> bool:
    try:
        return get(cluster, f"/@{name}{SESSIONS}").status_code == 200
    except httpx.TransportError:  # where a connection was kept to a worker that is gone
        return False


@pytest.mark.parametrize("kind", KINDS)
def test_the_excerpts_on_the_page_stand_in_the_files(kind: str) -> None:
    text = (EXAMPLES / {"haproxy": "haproxy.cfg", "envoy": "envoy.yaml"}[kind]).read_text(encoding="utf-8")
    blocks = re.findall(
        rf"^```{'haproxy' if kind == 'haproxy' else 'yaml'}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL
    )
    assert blocks
    for line in (line for block in blocks for line in block.splitlines()):
        assert line.strip() in text, line


class Shell:
    """Runs the lines of the page, on other ports: servers in the background, and commands to their end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[Server | Balancer] = []
        self._environment: dict[str, str] = {}
        shown = (FRONT, *WORKERS)
        self.ports = dict(zip(shown, free_ports(len(shown)), strict=True))

    def run(self, line: str) -> str:
        """What the line prints; the line has to succeed."""
        line = with_ports(line, self.ports)
        match shlex.split(line):
            case ["mockade", "serve", *words, "&"]:
                self._running.append(Server(*words, cwd=self._folder))
            case ["haproxy", "-f", "examples/scaling/haproxy.cfg", "&"]:
                self._running.append(Balancer("haproxy", self._folder, self.ports))
            case ["export", setting]:
                name, _, value = setting.partition("=")
                self._environment[name] = value
            case ["mockade", *words]:
                done = mockade(*words, cwd=self._folder, env=self._environment)
                assert done.returncode == 0, (line, done.stderr)
                return done.stdout
            case ["until", *words]:
                probe = next(word for word in words if word.startswith("http")).rstrip(";")
                with httpx.Client() as client:
                    until(lambda: client.get(probe).status_code == 200)
            case ["curl", *_]:
                request = curl_request(line.replace("-o /dev/null -w '%{http_code}\\n' ", ""))
                with httpx.Client(verify=NO_TLS) as client:
                    return f"{client.send(request).status_code}\n"
            case _:
                raise AssertionError(f"the test knows no such line: {line}")
        return ""

    def close(self) -> None:
        for one in self._running:
            one.stop() if isinstance(one, Server) else one.close()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    program("haproxy")
    one = Shell(tmp_path)
    yield one
    one.close()


def console(section: str) -> list[tuple[str, str]]:
    """The lines of a section's console block, each with what stands under it."""
    text = PAGE.partition(f"\n## {section}")[2].partition("\n## ")[0]
    (block,) = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(line, below) for line, _, below in (part.partition("\n") for part in parts)]


def test_the_commands_of_the_page_for_one_machine_do_what_it_says(shell: Shell, tmp_path: Path) -> None:
    said = {}
    for line, below in console("Without a store"):
        said[line.rpartition(" ")[2]] = told = shell.run(line)
        assert not below or told == below, line
    worlds = [line.partition(" ")[0] for line in said["list"].splitlines()]
    assert Counter(worlds) == {"default": 4, "arena": 1}
    url = said["arena"].removesuffix("/@arena\n")
    home = int(url.rpartition(":")[2])
    elsewhere = next(port for shown, port in shell.ports.items() if shown != FRONT and port != home)
    shell.ports |= {WORKERS[0]: home, WORKERS[1]: elsewhere}
    for line, _ in console("Moving a world"):
        shell.run(line)
    assert shell.run("mockade world find arena") == f"http://127.0.0.1:{elsewhere}/@arena\n"
    assert (tmp_path / "arena.world").exists()


def test_the_example_of_compose_is_one_that_compose_takes_and_names_all_workers_to_the_balancer() -> None:
    file = EXAMPLES / "docker-compose.yml"
    compose = yaml.safe_load(file.read_text(encoding="utf-8"))
    violations = jsonschema.Draft7Validator(published("Compose Specification")).iter_errors(compose)
    assert [error.message for error in violations] == []
    services = compose["services"]
    balancer = services["balancer"]
    workers = set(balancer["depends_on"])
    addresses = {one for one in balancer["environment"].values() if one.endswith(":6464")} - {":6464"}
    assert addresses == {f"{name}:6464" for name in workers}
    set_there = re.findall(r"presetenv (\w+)", (EXAMPLES / "haproxy.cfg").read_text(encoding="utf-8"))
    assert balancer["environment"].keys() == set(set_there)
    options = {one.envvar for one in serve.params} | {
        f"MOCKADE_{one.name.upper()}" for one in serve.params if one.name
    }
    for name in workers:
        assert services[name]["environment"].keys() <= options
        assert services[name]["volumes"] == [f"{name}:/state"]
    assert compose["volumes"].keys() == workers
    assert (file.parent / services["one"]["build"] / "Dockerfile").exists()
