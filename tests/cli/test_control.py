"""The commands that drive a running server: what they print, and what they say when it cannot be."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from click.testing import CliRunner, Result

from mockade.cli.main import main
from mockade.client.remote import Remote
from tests.servers import NO_TLS, TOO_LONG, Server, environment, mockade

KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"
PLAYER = f"{SESSIONS}/session-open/players/player-ada"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("meshmap") as one:
        yield one


@pytest.fixture
def world(server: Server, request: pytest.FixtureRequest) -> Remote:
    """A world of the test's own, at noon."""
    name = request.node.name.partition("[")[0].removeprefix("test_").replace("_", "-")[:60]
    remote = Remote(server.url, name)
    if not any(known["name"] == name for known in remote.worlds()):
        remote.make(name)
    remote.reset()
    remote.clock.freeze("2026-01-05T12:00:00Z")
    return remote


def run(*words: str, **env: str) -> Result:
    return CliRunner(env={"MOCKADE_URL": None, **env}).invoke(main, words)


def in_world(world: Remote, *words: str) -> list[str]:
    """The lines of a command that goes well, in a world named by its URL."""
    result = run(*words, MOCKADE_URL=world.url)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def play(world: Remote) -> None:
    """A change, a request that breaks the contract, a refusal, and a path that leads nowhere."""
    with httpx.Client(base_url=world.url, headers=KEY, verify=NO_TLS) as client:
        client.patch(PLAYER, json={"score": 150})
        client.patch(PLAYER, json={"score": "many"})
        client.get(f"{SESSIONS}/none?why=not", headers=KEY)
        client.get(SESSIONS, headers={"x-app-api-key": "wrong"})


def test_the_journal_can_be_written_as_har(world: Remote, tmp_path: Path) -> None:
    play(world)
    path = tmp_path / "out.har"
    result = run("journal", "--har", str(path), "--violations", MOCKADE_URL=world.url)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"1 exchange in {path}.\n")
    (entry,) = json.loads(path.read_text(encoding="utf-8"))["log"]["entries"]
    assert entry["request"]["url"] == f"{world.url}{PLAYER}"
    full = run("journal", "--har", "/dev/full", MOCKADE_URL=world.url)
    assert full.exit_code == 2
    assert "Cannot write this file: No space left on device." in full.stderr
    both = run("journal", "--har", str(path), "--json", MOCKADE_URL=world.url)
    assert "exclude each other" in both.stderr


def test_the_journal_says_what_was_asked_who_answered_what_changed_and_why_not(world: Remote) -> None:
    play(world)
    noon = "2026-01-05T12:00:00.000Z"
    lines = in_world(world, "journal")
    start = next(at for at, line in enumerate(lines) if "PATCH" in line)
    number = int(lines[start].partition(" ")[0].removeprefix("#"))
    assert lines[start - 3].endswith("  control resetWorld")
    assert lines[start - 2].endswith("  control setClock")
    assert lines[start - 1] == f"    To {noon}, frozen."
    assert lines[start:] == [
        f"#{number} {noon}  PATCH {PLAYER} 200  handler meshmap.updateGameSessionPlayerScore  as demo",
        "    changed game-session-players demo/session-open/player-ada: score 120 → 150, "
        f'updatedAt "2026-01-05T11:10:00.000Z" → "{noon}"',
        f"#{number + 1} {noon}  PATCH {PLAYER} 400  engine meshmap.updateGameSessionPlayerScore  as demo",
        lines[start + 3],
        f"#{number + 2} {noon}  GET {SESSIONS}/none?why=not 404  handler meshmap.getGameSession  as demo",
        "    Game session not found",
        lines[start + 6],
        f"#{number + 3} {noon}  GET {SESSIONS} 401  engine meshmap.listGameSessions",
        "    The credential for AppApiKey is not known here.",
    ]
    assert lines[start + 3].startswith("    body /score: ")
    assert "  [specs/meshmap.yaml:" in lines[start + 3]
    assert lines[start + 6].startswith("    notice: query /why: ")


def test_violations_alone_are_shown_when_asked_for(world: Remote) -> None:
    play(world)
    lines = in_world(world, "journal", "--violations")
    assert [line.startswith("#") for line in lines] == [True, False]
    assert " 400  engine " in lines[0]


def test_as_json_each_entry_is_a_line(world: Remote) -> None:
    play(world)
    entries = [json.loads(line) for line in in_world(world, "journal", "--json")]
    assert entries == list(world.journal)
    assert entries[-1]["request"]["headers"]["x-app-api-key"] == "[redacted]"


def test_an_empty_journal_is_a_sentence(server: Server) -> None:
    Remote(server.url).make("untouched")
    for words, sentence in {
        (): "The journal of 'untouched' holds nothing.\n",
        ("--violations",): "The journal of 'untouched' holds nothing that broke the contract.\n",
    }.items():
        result = run("journal", "--url", server.url, "--world", "untouched", *words)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", sentence)


def test_a_reset_says_what_the_world_is_now(world: Remote) -> None:
    httpx.post(f"{world.url}{SESSIONS}", headers=KEY, json={}, verify=NO_TLS)
    before = world.look()["rows"]
    (line,) = in_world(world, "reset")
    assert line.startswith(f"The world {world.world!r} is as at its start: {before - 1} rows, 20")
    assert line.endswith("Z, running.")
    assert world.look()["rows"] == before - 1


def test_the_clock_is_shown_and_moved(world: Remote) -> None:
    def clock(*words: str) -> str:
        (line,) = in_world(world, "clock", *words)
        return line

    assert clock() == clock("show") == "2026-01-05T12:00:00.000Z, frozen"
    assert clock("advance", "1h30m") == "2026-01-05T13:30:00.000Z, frozen"
    assert clock("advance", "30") == "2026-01-05T13:30:30.000Z, frozen"
    assert clock("advance", "0.25") == "2026-01-05T13:30:30.250Z, frozen"
    assert clock("freeze", "2027-01-01T00:00:00+01:00") == "2026-12-31T23:00:00.000Z, frozen"
    assert clock("set", "2028-01-01T00:00:00Z").endswith("Z, running")
    assert clock("rate", "60").startswith("2028-01-01T00:")
    assert clock("rate", "0.5").endswith("Z, running at 0.5 seconds a second")
    assert clock("freeze").startswith("2028-01-01T00:")
    assert not clock("real").startswith("2028")


def test_the_world_is_named_by_url_by_option_or_by_variable(world: Remote, server: Server) -> None:
    name = world.world
    for words, env in (
        (["--url", f"{server.url}/@{name}"], {}),
        (["--url", f"{server.url}/", "--world", name], {}),
        ([], {"MOCKADE_URL": server.url, "MOCKADE_WORLD": name}),
    ):
        assert run("clock", *words, **env).stdout == "2026-01-05T12:00:00.000Z, frozen\n"


def test_looking_makes_no_world(server: Server) -> None:
    before = Remote(server.url).worlds()
    for words in (("journal",), ("clock",), ("clock", "advance", "1h"), ("clock", "real"), ("reset",)):
        result = run(*words, "--url", server.url, "--world", "nowhere")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("error There is no world 'nowhere'. ")
        assert "`mockade world make nowhere`" in result.stderr.replace("\n", " ")
    assert [one["name"] for one in Remote(server.url).worlds()] == [one["name"] for one in before]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["clock", "advance"], "`clock advance` needs a duration, such as 30s."),
        (["clock", "advance", "soon"], "'soon' is no duration: write numbers with ms, s, m, h or d"),
        (["clock", "advance", ""], "'' is no duration"),
        (["clock", "advance", "1h 30m"], "'1h 30m' is no duration"),
        (["clock", "advance", "nan"], "'nan' is no duration"),
        (["clock", "advance", "9999999d"], "there is no date: the last one is 9999-12-31"),
        (["clock", "advance", "9" * 400], "body/by: "),
        (["clock", "set"], "`clock set` needs a time, such as 2026-01-05T12:00:00Z."),
        (["clock", "set", "today"], "'today' is no RFC 3339 date-time: write 2026-01-05T12:00:00Z."),
        (["clock", "freeze", "2026-01-05"], "'2026-01-05' is no RFC 3339 date-time"),
        (["clock", "rate", "0"], "'0' is no number above 0, up to 1000000."),
        (["clock", "rate", "fast"], "'fast' is no number above 0, up to 1000000."),
        (["clock", "rate", "nan"], "'nan' is no number above 0, up to 1000000."),
        (["clock", "real", "now"], "`clock real` takes no value, and got 'now'."),
        (["clock", "stop"], "'stop' is not one of 'show', 'advance', 'set', 'freeze', 'rate', 'real'."),
        (["journal", "--world", "UP"], "path/world: 'UP' does not match"),
        (["reset", "--world", "a/b"], "path/world: 'a/b' does not match"),
        (["reset", "--world", "\udcff"], "holds percent-encoded bytes that are not UTF-8."),
        (["journal", "--world", "\ud800"], "holds percent-encoded bytes that are not UTF-8."),
        (["journal", "--world", "a\nb"], "path/world: "),
        (["reset", "--token", "a b"], "a header carries letters, digits and signs of ASCII only"),
        (["reset", "--url", "nowhere"], "'nowhere' is no URL of a server: write http://127.0.0.1:6464."),
        (
            ["reset", "--url", "http://a http://b"],
            "'http://a http://b' are 2 servers, and one is asked here: ",
        ),
        (
            ["reset", "--url", "http://a", "--url", "http://b"],
            "'http://a http://b' are 2 servers, and one is asked here: ",
        ),
        (["reset", "--url", "http://127.0.0.1:1"], "Is it running? Start it with `mockade serve`"),
        (["journal", "-f", "--url", "http://127.0.0.1:1"], "Is it running? Start it with `mockade serve`"),
        (["reset", "--url", "http://h/@a", "--world", "b"], "names the world 'a', and 'b' is asked for"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_exit_2(server: Server, words: list[str], sentence: str) -> None:
    url = () if "--url" in words else ("--url", server.url)
    result = run(*words, *url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in " ".join(result.stderr.split())


def test_a_token_is_sent_and_a_wrong_one_is_a_sentence() -> None:
    with Server("meshmap", "--token", "s3cret") as one:
        good = run("reset", "--url", one.url, MOCKADE_TOKEN="s3cret")
        assert (good.exit_code, good.stderr) == (0, "")
        for env in ({}, {"MOCKADE_TOKEN": "wrong"}):
            bad = run("journal", "--url", one.url, **env)
            assert (bad.exit_code, bad.stdout) == (2, "")
            assert "send X-Mockade-Token" in bad.stderr


@pytest.mark.parametrize("command", ["journal", "reset", "clock"])
def test_the_help_names_each_variable(command: str) -> None:
    text = " ".join(run(command, "--help").stdout.split())
    for name in ("URL", "WORLD", "TOKEN"):
        assert f"env var: MOCKADE_{name}" in text
    assert "default: http://127.0.0.1:6464" in text


@pytest.mark.parametrize(
    "words",
    [("verify",), ("coverage",), ("journal",), ("clock",), ("fault", "list"), ("world", "list")],
    ids=" ".join,
)
def test_a_server_that_accepts_and_never_answers_is_told_in_seconds(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockade.cli.control.GREETING", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        done = run(*words, "--url", url)
    assert done.exit_code == 2
    assert done.stderr == (
        f"error {url} does not answer within 0.1 seconds. Is it a Mockade that runs, and is not stopped? "
        "Say where it is with --url.\n"
    )


def test_files_ask_no_server_whether_it_is_there(tmp_path: Path) -> None:
    file = tmp_path / "shard.json"
    file.write_text('{"version": 1, "requests": 0, "unread": 0, "totals": {}, "apis": []}')
    assert run("coverage", str(file), MOCKADE_URL="http://127.0.0.1:1").exit_code == 0


def test_a_reader_that_closes_the_pipe_ends_it_quietly(world: Remote) -> None:
    with httpx.Client(
        headers=KEY, verify=NO_TLS
    ) as client:  # a client for each request would take longer than all of them
        for _ in range(60):
            client.get(f"{world.url}{SESSIONS}?{'x' * 8000}")
    words = [sys.executable, "-m", "mockade", "journal", "--url", world.url]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"#")
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(TOO_LONG)


class Follower:
    """`mockade journal --follow` as a process; its lines are gathered as they come."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mockade", "journal", "--follow", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            text=True,
            encoding="utf-8",
        )
        self.lines: list[str] = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._more:
                self.lines.append(line.rstrip("\n"))
                self._more.notify_all()

    def wait_for(self, count: int) -> list[str]:
        """The first so many lines, once they are there."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.lines) >= count, TOO_LONG), self.lines
            return self.lines[:count]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self._reader.join(TOO_LONG)
        self.process.wait(TOO_LONG)
        assert self.process.stdout is not None
        self.process.stdout.close()


def ask(url: str, path: str) -> Any:
    return httpx.get(f"{url}{path}", headers=KEY, verify=NO_TLS)


def test_a_follower_shows_entries_as_they_come_over_a_restart_until_ctrl_c() -> None:
    with Server("meshmap") as first:
        ask(first.url, f"{SESSIONS}?n=1")
        with Follower("--url", first.url) as follower:
            follower.wait_for(2)
            ask(first.url, f"{SESSIONS}?n=2")
            follower.wait_for(4)
            first.stop()
            follower.wait_for(5)
            with Server("meshmap", "--port", str(first.port)) as second:
                ask(second.url, f"{SESSIONS}?n=3")
                lines = follower.wait_for(7)
                follower.process.send_signal(signal.SIGINT)
                assert follower.process.wait(TOO_LONG) == 0
    told = [line for line in lines if not line.startswith("    ")]
    assert [line.rpartition("?")[2][:3] for line in told if line.startswith("#")] == ["n=1", "n=2", "n=3"]
    assert [line for line in told if not line.startswith("#")] == [
        f"The server at {first.url} has gone; waiting for it to come back."
    ]
    assert follower.lines == lines


def test_without_a_terminal_there_are_no_colours(world: Remote) -> None:
    play(world)
    done = mockade("journal", "--url", world.url)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
