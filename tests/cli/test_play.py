"""`mockade play`: what it prints, how it ends, and what it says when it cannot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockade.cli.main import main
from mockade.testing import MockServer, World
from tests.bots.lobby import FIXTURES, LOBBY, SCRIPT

FAILING = """\
players: {names: [Bo], credentials: {Key: guest}}
steps:
- {operationId: getRoom, parameters: {id: none}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the lobby, its script among its fixtures."""
    made = tmp_path_factory.mktemp("home")
    files = {"specs/lobby.yaml": LOBBY, "fixtures/lobby.yaml": FIXTURES, "fixtures/lobby.play.yaml": SCRIPT}
    for name, text in files.items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[MockServer]:
    with MockServer("lobby", home=folder, seed=3) as one:
        yield one


@pytest.fixture
def world(server: MockServer, request: pytest.FixtureRequest) -> World:
    """A world of the test's own, at noon."""
    made = server.other(request.node.name.partition("[")[0].removeprefix("test_").replace("_", "-")[:60])
    made.clock.freeze("2026-01-05T12:00:00Z")
    return made


def run(*words: str, **env: str) -> Result:
    return CliRunner(env={"MOCKADE_URL": None, **env}).invoke(main, ["play", *words])


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets things happen between two looks at the clock, one each time, and Ctrl-C at the end."""

    def prepare(*happening: Callable[[], object]) -> None:
        left = list(happening)
        sleep = time.sleep

        def step(seconds: float) -> None:
            if seconds != 0.25:
                sleep(seconds)
            elif not left:
                raise KeyboardInterrupt
            else:
                left.pop(0)()

        monkeypatch.setattr(time, "sleep", step)

    return prepare


def test_it_plays_as_the_clock_is_advanced_and_leaves_quietly_on_ctrl_c(
    folder: Path, world: World, meanwhile: Callable[..., None]
) -> None:
    meanwhile(lambda: None, lambda: world.clock.advance("6s"))
    result = run("lobby", "--home", str(folder), MOCKADE_URL=world.url)
    assert result.exit_code == 0, result.output
    begun, *lines = result.output.splitlines()
    assert begun == (
        f"Bo, Cy play in the world {world.world!r}; its time is 2026-01-05T12:00:00.000Z, frozen: "
        "they act as it is advanced."
    )
    assert {line.split("  ")[1] for line in lines} == {"Bo", "Cy"}
    assert all("deleteRoom 204" in line for line in lines[-2:])
    assert world.state.rows("lobby", "rooms") == []


def test_quiet_prints_no_acts_and_the_number_of_players_can_be_chosen(
    folder: Path, world: World, meanwhile: Callable[..., None]
) -> None:
    meanwhile(lambda: world.clock.advance("6s"))
    result = run("lobby", "--home", str(folder), "--players", "7", "-q", MOCKADE_URL=world.url)
    (line,) = result.output.splitlines()
    assert line.startswith("Bo, Cy, player-3, player-4, player-5 and 2 more play in the world")
    world.assert_called("createRoom", times=7)


def test_a_script_that_is_done_ends_it(folder: Path, world: World, tmp_path: Path) -> None:
    script = tmp_path / "short.yaml"
    script.write_text(FAILING.replace("getRoom, parameters: {id: none}", "listRooms"), encoding="utf-8")
    result = run("lobby", "--home", str(folder), "--script", str(script), MOCKADE_URL=world.url)
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "All players have left.")


def test_a_script_that_cannot_go_on_ends_with_1_unless_it_is_to_keep_going(
    folder: Path, world: World, tmp_path: Path, meanwhile: Callable[..., None]
) -> None:
    script = tmp_path / "failing.yaml"
    script.write_text(FAILING, encoding="utf-8")
    words = ("lobby", "--home", str(folder), "--script", str(script))
    result = run(*words, MOCKADE_URL=world.url)
    assert result.exit_code == 1
    assert f"error {script}:3:4: Bo's getRoom was answered 404, where 2XX or 304" in result.output
    assert "\n  sent: GET /rooms/none\n" in result.output
    meanwhile(lambda: world.clock.advance("11s"))
    result = run(*words, "--keep-going", MOCKADE_URL=world.url)
    assert (result.exit_code, result.output.count("Bo begins anew in 10 seconds")) == (0, 2)


def test_a_server_that_is_started_again_is_waited_for(
    folder: Path, meanwhile: Callable[..., None], unused_port: int
) -> None:
    server = MockServer("lobby", home=folder, port=unused_port).start()
    url = server.url
    meanwhile(server.stop, lambda: None, server.start, lambda: server.clock.advance("1m"))
    result = run("lobby", "--home", str(folder), MOCKADE_URL=url)
    server.stop()
    assert result.exit_code == 0, result.output
    assert f"The server at {url} has gone; the players begin anew when it is back." in result.output
    assert "createRoom 201" in result.output.partition("has gone")[2]


@pytest.fixture
def unused_port() -> int:
    with MockServer("meshmap") as server:
        return int(server.url.rpartition(":")[2])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("loby",), "There is no API of this name."),
        (("meshmap", "--script", "{lobby}"), "No operation is called 'createRoom'."),
        (("rallyhere",), "serves lobby, and not rallyhere"),
        (("lobby", "--url", "http://127.0.0.1:9"), "No Mockade can be reached at http://127.0.0.1:9"),
    ],
)
def test_what_cannot_be_played_is_told_and_ends_with_2(
    folder: Path, server: MockServer, words: tuple[str, ...], message: str
) -> None:
    script = str(folder / "fixtures" / "lobby.play.yaml")
    home = () if words[0] in ("meshmap", "rallyhere") else ("--home", str(folder))
    result = run(*(word.replace("{lobby}", script) for word in words), *home, MOCKADE_URL=server.url)
    assert result.exit_code == 2
    told = " ".join(result.output.split())
    assert message in told
    assert "serves" not in told or "Start it with `mockade serve rallyhere`" in told


def test_checking_asks_no_server(folder: Path) -> None:
    result = run("lobby", "--home", str(folder), "--check", MOCKADE_URL="http://127.0.0.1:9")
    assert (result.exit_code, result.output.split("/")[-1]) == (0, "lobby.play.yaml fits lobby.\n")
