"""A reload, in this process: what is served after it, and what is told."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import mockade.apis
from mockade.reload import reloader as reloading
from mockade.reload.migration import Migration
from mockade.reload.reloader import MOST_LOSSES
from tests.contracts import WIDGETS, contract, crud
from tests.live import HANDLERS, Live, Write, widgets

V1 = "/_mockade/v1"


def test_new_operations_are_there_and_old_ones_gone(live: Callable[..., Live]) -> None:
    one = live()
    other = contract(crud("/gadgets"))
    one.change(other, "gadgets: [{id: g1, name: G}]")
    assert (one.get("/widgets").status_code, one.ids(path="/gadgets")) == (404, ["g1"])
    (api,) = one.get(f"{V1}/apis").json()["apis"]
    assert {operation["path"] for operation in api["operations"]} == {"/gadgets", "/gadgets/{id}"}
    assert one.said[0] == f"Reloaded {one.home}/fixtures/shop.yaml and {one.home}/specs/shop.yaml."


def test_what_was_tried_of_what_a_reload_keeps_stays_tried(live: Callable[..., Live]) -> None:
    mock = live(contract(crud("/widgets")))
    mock.get("/widgets/w1")
    mock.get("/@gone/widgets")
    mock.delete("/_mockade/v1/worlds/gone")
    larger = {"type": "object", "properties": {"id": {"type": "string"}, "colour": {"type": "string"}}}
    mock.reload(
        specs={
            "shop.yaml": contract(
                crud("/widgets", {"$ref": "#/components/schemas/Widget"}), {"Widget": larger}
            )
        }
    )
    told = mock.get("/_mockade/v1/coverage?merged=true").json()
    operations = {one["operation"]: one for one in told["apis"][0]["operations"]}
    assert [name for name, one in operations.items() if one["count"]] == ["get_widgets", "get_widgets_id"]
    items = operations["get_widgets_id"]["items"]
    states = {one["name"]: one["state"] for one in items if one["kind"] == "properties"}
    assert states == {"id": "seen", "colour": "never"}


def test_many_rows_that_go_are_counted_after_the_first(live: Callable[..., Live]) -> None:
    one = live(fixtures="widgets: []")
    for number in range(MOST_LOSSES + 5):
        one.post("/widgets", json={"id": f"w{number}", "name": "x"})
    one.change(widgets(required=["size"]))
    assert one.said[-1] == "    … and 5 more that do not fit."
    assert len(one.said) == 1 + MOST_LOSSES + 1
    assert one.ids() == []


def test_a_key_that_could_steer_a_terminal_is_told_harmless(live: Callable[..., Live]) -> None:
    one = live()
    assert one.post("/widgets", json={"id": "\x1b[2J", "name": "x"}).status_code == 201
    one.change(widgets(required=["size"]), "{}")
    assert any("widgets \\x1b[2J is gone" in line for line in one.said)


BROKEN = {
    "a contract that is no YAML": {"specs": {"shop.yaml": "openapi: ["}},
    "a fixture that does not fit": {"fixtures": {"shop.yaml": "widgets: [{id: 7}]"}},
    "handlers that cannot be read": {"apis": {"shop.py": "def get_widgets(call:"}},
    "handlers that fail": {"apis": {"shop.py": "raise SystemExit(3)"}},
    "a start that ends all": {"apis": {"shop.py": "def on_start(call):\n    raise SystemExit(3)"}},
    "a file that nothing reads": {"fixtures": {"shpo.yaml": "{}"}},
    "a clash of two contracts": {"specs": {"inn.yaml": contract(crud("/widgets"))}},
}


@pytest.mark.parametrize("folders", BROKEN.values(), ids=BROKEN)
def test_files_that_do_not_fit_are_told_and_what_was_read_serves_on(
    live: Callable[..., Live], folders: dict[str, dict[str, str]]
) -> None:
    one = live(handlers=HANDLERS)
    one.delete("/widgets/w1")
    one.reload(**folders)
    assert one.said[0].startswith("Not reloaded")
    assert one.complaints or "SystemExit" in one.said[0]
    assert one.ids() == ["w2"]
    for folder, files in folders.items():
        for name in files:
            (one.home / folder / name).unlink()
    one.change(widgets(size={"type": "integer", "default": 5}), WIDGETS, HANDLERS)
    assert one.said[-1].startswith("Reloaded ")
    assert one.get("/widgets/w2").json()["size"] == 2


def test_one_broken_module_leaves_all_of_them_as_they_were(home: Write) -> None:
    late = "def get_widgets(call):\n    from .words import WORD\n    return [{'id': WORD, 'name': WORD}]\n"
    spec = contract(crud("/widgets"))
    with Live(
        home,
        specs={"shop.yaml": spec, "inn.yaml": contract(crud("/rooms"))},
        apis={"shop/__init__.py": late, "shop/words.py": "WORD = 'old'", "inn.py": ""},
    ) as one:
        assert one.ids() == ["old"]
        one.reload(apis={"shop/words.py": "WORD = 'newer'", "inn.py": "import nothing_of_this_name"})
        assert "nothing_of_this_name" in str(one.complaints[0])
        assert one.ids() == ["old"], "which imports its words when it is asked"
        one.reload(apis={"inn.py": ""})
        assert one.ids() == ["newer"]


def test_a_handler_that_is_saved_twice_in_a_second_is_the_second_one(
    live: Callable[..., Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    handlers = "def get_widgets(call):\n    return [{'id': 'N', 'name': 'x'}]\n"
    one = live(handlers=handlers.replace("N", "0"))
    for number in "123456789":
        one.change(handlers=handlers.replace("N", number))
        assert one.ids() == [number]


def test_bundled_handlers_are_read_again_too(
    home: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mockade.apis, "__path__", [*mockade.apis.__path__, str(tmp_path)])
    module = tmp_path / "tavern.py"
    handlers = "def get_rooms(call):\n    return [{'id': 'N', 'name': 'x'}]\n"
    module.write_text(handlers.replace("N", "1"))
    with Live(home, specs={"tavern.yaml": contract(crud("/rooms"))}) as one:
        assert one.ids(path="/rooms") == ["1"]
        module.write_text("def get_rooms(call:")
        one.reload()
        assert str(one.complaints[0]).startswith(f"{module}:1:")
        assert one.ids(path="/rooms") == ["1"]
        module.write_text(handlers.replace("N", "2"))
        one.reload()
        assert one.ids(path="/rooms") == ["2"]


def test_apis_come_and_go(live: Callable[..., Live]) -> None:
    one = live()
    one.delete("/widgets/w1")
    one.reload(
        specs={"inn.yaml": contract(crud("/rooms"))}, fixtures={"inn.yaml": "rooms: [{id: r, name: R}]"}
    )
    assert (one.ids(), one.ids(path="/rooms")) == (["w2"], ["r"])
    assert one.said[-1].endswith("Served now: inn, shop.")
    for folder in ("specs", "fixtures"):
        (one.home / folder / "shop.yaml").unlink()
    one.reload()
    assert one.get("/widgets").status_code == 404
    assert one.said[-1] == "    default: shop's collection widgets is gone, and its 1 row."


def test_names_choose_the_same_apis_again(home: Write) -> None:
    specs = {"shop.yaml": contract(crud("/widgets")), "inn.yaml": contract(crud("/rooms"))}
    with Live(home, ("shop",), specs=specs) as one:
        one.reload(specs={"bar.yaml": contract(crud("/drinks"))})
        assert list(one.switch.apis) == ["shop"]
        (one.home / "specs" / "shop.yaml").unlink()
        one.reload()
        assert "There is no API of this name" in str(one.complaints[0])
        assert one.get("/widgets").status_code == 200


def send_slowly(one: Live, *, until: str) -> httpx.Response:
    """POST a widget whose body comes only when the files were read again, or when they are served."""
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> Any:
        arrived.set()
        await go_on.wait()
        yield b'{"name": "Late"}'

    async def both() -> httpx.Response:
        before = one.switch.apis
        late = asyncio.create_task(one.slow_post("/widgets", slowly()))
        await arrived.wait()
        one.read_again(asyncio.get_running_loop())
        while until == "served" and one.switch.apis is before:
            await asyncio.sleep(0)
        go_on.set()
        answer = await late
        while one.switch.apis is before:
            await asyncio.sleep(0)
        return answer

    return one.run(both())


def test_a_request_under_way_ends_in_the_application_in_which_it_began(live: Callable[..., Live]) -> None:
    one = live()
    one.write(specs={"shop.yaml": widgets(colour={"type": "string", "default": "red"})})
    answer = send_slowly(one, until="read")
    assert answer.status_code == 201
    assert "colour" not in answer.json()
    assert [row["colour"] for row in one.get("/widgets").json()] == ["red"] * 3


def test_one_that_takes_too_long_is_asked_to_come_again(
    live: Callable[..., Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reloading, "SWITCH_TIMEOUT", 0.0)
    one = live()
    one.write(specs={"shop.yaml": widgets(required=["size"])}, fixtures={"shop.yaml": "{}"})
    answer = send_slowly(one, until="served")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "0")
    assert "send it again" in answer.json()["detail"]
    assert (one.told[0].status, one.told[0].answered_by) == (503, "engine")
    assert one.ids() == []


def test_of_editions_that_wait_the_last_is_served_and_all_changes_are_told(live: Callable[..., Live]) -> None:
    one = live()
    one.switch.under_way = 1
    one.change(contract(crud("/gadgets")), "{}")
    one.change(contract(crud("/things")))
    assert one.said == []
    one.switch.under_way = 0
    one.wait_for_line()
    assert one.said == [f"Reloaded {one.home}/fixtures/shop.yaml and {one.home}/specs/shop.yaml."]
    assert one.get("/things").status_code == 200


def test_what_fails_while_worlds_go_over_changes_nothing(
    live: Callable[..., Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = live()

    def fail(*_: Any) -> Any:
        raise RuntimeError("on the way")

    monkeypatch.setattr(Migration, "migrate", fail)
    one.change(contract(crud("/gadgets")), "{}")
    assert one.said[0] == "Not reloaded: RuntimeError('on the way') What was read before is served."
    assert any(line.startswith('      File "') for line in one.said)
    assert one.ids() == ["w1", "w2"]
