"""What of a world goes over when the files behind it change."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from mockade.state.caller import Caller
from tests.contracts import WIDGETS, contract, crud
from tests.harness import NOON
from tests.live import HANDLERS, Live, widgets

V1 = "/_mockade/v1"


def test_rows_that_fit_stay_in_their_order_with_the_new_defaults(live: Callable[..., Live]) -> None:
    one = live(fixtures="widgets: [{id: w2, name: Two, _owner: ada}, {id: w1, name: One}]")
    one.post("/widgets", json={"id": "a", "name": "Three"})
    one.change(widgets(colour={"type": "string", "default": "red"}))
    assert [(row["id"], row["colour"]) for row in one.get("/widgets").json()] == [
        ("w2", "red"),
        ("w1", "red"),
        ("a", "red"),
    ]
    row = one.state.table("shop", "widgets").rows["w2"].row()
    assert row.beside == {"owner": "ada"}
    assert one.said[1:] == []


def test_a_row_that_no_longer_fits_goes_and_is_told_with_the_line_of_the_contract(
    live: Callable[..., Live],
) -> None:
    one = live()
    one.post("/widgets", json={"id": "w3", "name": "Three"})
    one.delete("/@other/widgets/w2")
    one.change(widgets(required=["size"]), "widgets: [{id: w1, name: One, size: 1}]")
    assert (one.ids(), one.ids("/@other")) == (["w2"], [])
    gone = [line for line in one.said if "is gone" in line]
    assert [line.partition("  [")[0] for line in gone] == [
        "    default: widgets w1 is gone: /size 'size' is required.",
        "    default: widgets w3 is gone: /size 'size' is required.",
        "    other: widgets w1 is gone: /size 'size' is required.",
    ]
    assert all(f"[{one.home}/specs/shop.yaml:" in line for line in gone)


def test_a_world_where_nothing_changed_starts_with_the_new_fixtures(live: Callable[..., Live]) -> None:
    one = live()
    assert (one.ids(), one.ids("/@idle")) == (["w1", "w2"],) * 2
    one.post(f"{V1}/worlds", json={"name": "seeded", "seed": 7})
    one.delete("/@busy/widgets/w1")
    one.change(fixtures="widgets: [{id: n1, name: New}]")
    assert (one.ids(), one.ids("/@idle"), one.ids("/@seeded"), one.ids("/@new")) == (["n1"],) * 4
    assert one.ids("/@busy") == ["w2"]
    assert one.said[1:] == ["    busy keeps its rows; a reset brings those of the fixtures."]
    one.post("/@busy/_mockade/v1/reset")
    assert one.ids("/@busy") == ["n1"]
    assert one.get(f"{V1}/worlds/seeded").json()["seed"] == 7
    assert one.state.clock.now() == NOON


def test_a_fork_keeps_what_it_was_forked_from(live: Callable[..., Live]) -> None:
    one = live()
    one.delete("/widgets/w1")
    one.post(f"{V1}/fork", json={"name": "copy"})
    one.delete("/@copy/widgets/w2")
    one.change(widgets(colour={"type": "string", "default": "red"}), "widgets: []")
    one.post("/@copy/_mockade/v1/reset")
    assert [(row["id"], row["colour"]) for row in one.get("/@copy/widgets").json()] == [("w2", "red")]
    one.change(widgets(required=["colour"], colour={"type": "string"}, size={"type": "string"}))
    assert [line.partition(" is gone")[0] for line in one.said[-2:]] == [
        "    default: widgets w2",
        "    copy: widgets w2",
    ]


def test_a_fork_that_went_on_tells_of_its_start_apart(live: Callable[..., Live]) -> None:
    one = live()
    one.delete("/widgets/w1")
    one.post(f"{V1}/fork", json={"name": "copy"})
    one.delete("/@copy/widgets/w2")
    one.change(widgets(size={"type": "string"}), "{}")
    assert any(line.startswith("    copy, at its start: widgets w2 is gone") for line in one.said)
    one.post("/@copy/_mockade/v1/reset")
    assert one.ids("/@copy") == []


def test_a_snapshot_goes_over_as_well(live: Callable[..., Live]) -> None:
    one = live()
    one.world.keep_snapshot("here", one.state, "takeSnapshot")
    one.delete("/widgets/w2")
    one.change(widgets(size={"type": "string", "default": "L"}), "{}")
    rows = one.world.snapshots["here"].table("shop", "widgets").rows
    assert rows.keys() == {"w1"}
    assert rows["w1"].row()["size"] == "L"
    assert any(line.startswith("    default, in snapshot here: widgets w2 is gone") for line in one.said)


def test_a_collection_that_is_gone_is_told_with_its_rows(live: Callable[..., Live]) -> None:
    one = live()
    one.delete("/widgets/w1")
    one.change(contract(crud("/gadgets")), "{}")
    assert "    default: shop's collection widgets is gone, and its 1 row." in one.said
    assert one.state.rows() == 0


def test_a_collection_that_comes_brings_its_fixtures_into_every_world(live: Callable[..., Live]) -> None:
    one = live()
    one.delete("/widgets/w1")
    one.change(
        contract({**crud("/widgets"), **crud("/gadgets")}), f"{WIDGETS}\ngadgets: [{{id: g1, name: G}}]"
    )
    assert (one.ids(), one.ids(path="/gadgets")) == (["w2"], ["g1"])


def test_rows_are_filed_by_the_new_keys_and_indexes(live: Callable[..., Live]) -> None:
    one = live(handlers=HANDLERS)
    one.delete("/widgets/w1")
    one.post("/widgets", json={"id": "w3", "name": "Two", "size": 3})
    one.post("/widgets", json={"id": "w4", "name": "Four"})
    found = """
def get_widgets(call: Call) -> list[Row]:
    return list(call.rows("widgets").where("name", "Four"))
"""
    keyed = HANDLERS.replace('indexes={"size": lambda row: [row.get("size")]}', 'key="name"')
    indexed = keyed.replace('key="name"', 'key="name", indexes={"name": lambda row: [row["name"]]}')
    one.change(handlers=indexed + found)
    assert one.ids() == ["w4"]
    assert one.get("/widgets/Two").json()["id"] == "w2"
    assert "    default: widgets w3 is gone: its key is Two now, and another row has it." in one.said


def test_a_row_that_cannot_be_filed_goes_whatever_the_module_raises(live: Callable[..., Live]) -> None:
    one = live(handlers=HANDLERS)
    one.delete("/widgets/w1")
    one.change(handlers=HANDLERS.replace('row.get("size")', 'row.beside["owner"]'), fixtures="{}")
    assert "    default: widgets w2 is gone: it lacks 'owner', which it is filed by." in one.said
    assert one.ids() == []


def test_an_event_goes_with_its_row_and_others_still_happen(live: Callable[..., Live]) -> None:
    one = live(handlers=HANDLERS)
    for key in ("w1", "w2"):
        one.get(f"/widgets/{key}")
    one.change(widgets(required=["size"]), "{}")
    assert "    default: the event rot of w1 is gone with its row." in one.said
    assert one.ids() == ["w2"]
    one.advance(61)
    assert one.ids() == []


def test_an_event_goes_with_its_function(live: Callable[..., Live]) -> None:
    one = live(handlers=HANDLERS)
    one.get("/widgets/w1")
    one.change(handlers=HANDLERS.replace("timeline =", "nothing =").replace("def rot(call", "def rot(_call"))
    assert one.said[1:] == ["    default: the event rot of w1 is gone: nobody makes it happen now."]
    one.advance(61)
    assert one.ids() == ["w1", "w2"]


def test_an_event_is_about_the_row_under_its_new_key(live: Callable[..., Live]) -> None:
    one = live(handlers=HANDLERS)
    one.get("/widgets/w1")
    one.change(handlers=HANDLERS.replace('"Widget",', '"Widget", key=lambda row: f"key-{row[\'id\']}",'))
    one.advance(61)
    assert one.ids() == ["w2"]


def secured() -> str:
    """The contract of widgets that asks for a key."""
    document = yaml.safe_load(contract(crud("/widgets"), security=[{"Key": []}]))
    document["components"]["securitySchemes"] = {"Key": {"type": "apiKey", "in": "header", "name": "x-key"}}
    return yaml.safe_dump(document)


def test_the_credentials_of_the_new_fixtures_apply_and_minted_ones_stay(live: Callable[..., Live]) -> None:
    one = live(secured(), "credentials: {Key: {old: {caller: ada}, both: {caller: ben}}}")
    minted = one.state.callers.insert(("shop", "Key", "minted"), Caller("eve"))
    one.world.state = one.state._replace(callers=minted)

    def statuses() -> list[int]:
        keys = ("old", "both", "new", "minted")
        return [one.get("/widgets", headers={"x-key": key}).status_code for key in keys]

    assert statuses() == [200, 200, 401, 200]
    one.change(fixtures="credentials: {Key: {both: {refused: expired}, new: {caller: cy}}}")
    assert statuses() == [401, 401, 200, 200]


def test_a_minted_one_of_whom_nobody_said_what_it_may_may_what_the_new_contract_knows(
    live: Callable[..., Live],
) -> None:
    one = live(secured(), "credentials: {Key: {ada: {caller: ada}}}")
    minted = one.post("/_mockade/v1/credentials", json={"api": "shop", "secret": "eve"})
    assert minted.json()["permissions"] == []
    one.change(secured().replace("Key: []", "Key: [read]"))
    caller = one.state.callers["shop", "Key", "eve"]
    assert (caller.permissions, caller.unrestricted) == ({"read"}, True)
    assert one.get("/widgets", headers={"x-key": "eve"}).status_code == 200


def test_a_reload_tells_what_is_open_from_then_on(live: Callable[..., Live]) -> None:
    one = live(secured(), "credentials: {Key: {ada: {caller: ada}}}")
    assert one.get("/widgets", headers={"x-key": "other"}).status_code == 401
    one.change(fixtures="widgets: []")
    assert one.said[1:] == ["    shop is open: any well-formed credential will do for Key."]
    assert one.get("/widgets", headers={"x-key": "other"}).status_code == 200
    one.change(fixtures="credentials: {Key: {ada: {caller: ada}}}")
    assert one.get("/widgets", headers={"x-key": "other"}).status_code == 401


def test_seed_chance_journal_and_faults_stay(live: Callable[..., Live]) -> None:
    one = live()
    control = live()
    made = [mock.post("/widgets", json={"name": "x"}).json()["id"] for mock in (one, control)]
    one.change(widgets(colour={"type": "string"}))
    made += [mock.post("/widgets", json={"name": "x"}).json()["id"] for mock in (one, control)]
    assert made[0] == made[1] != made[2] == made[3]
    assert [exchange.operation for exchange in one.world.journal] == [
        "post_widgets",
        "reload",
        "post_widgets",
    ]


def test_nobody_goes_back_behind_a_reload(live: Callable[..., Live]) -> None:
    one = live()
    one.delete("/widgets/w1")
    one.change(widgets(colour={"type": "string", "default": "red"}))
    refused = one.post(f"{V1}/journal/1/rewind")
    assert refused.status_code == 404
    assert "reloaded after entry 1" in refused.json()["detail"]
    one.delete("/widgets/w2")
    assert one.post(f"{V1}/journal/2/rewind").status_code == 200
    assert [row["colour"] for row in one.get("/widgets").json()] == ["red"]
    (_, reload, *_) = one.get(f"{V1}/journal").json()["exchanges"]
    assert (reload["operation"], reload["answered_by"]) == ("reload", "control")


def test_made_up_rows_change_with_the_files_where_nothing_changed_and_stay_elsewhere(
    live: Callable[..., Live],
) -> None:
    one = live(contract({**crud("/widgets"), **crud("/gadgets")}), "rows: 2")
    widgets_before, gadgets_before = one.ids(), one.ids(path="/gadgets")
    assert one.ids("/@idle") == widgets_before
    one.delete(f"/@busy/widgets/{widgets_before[0]}")
    one.change(contract({**crud("/widgets"), **crud("/gadgets"), **crud("/toys")}), "rows: 3")
    assert [len(one.ids(world)) for world in ("", "/@idle", "/@new")] == [3, 3, 3]
    assert one.ids("/@busy") == widgets_before[1:]
    assert one.ids("/@busy", "/gadgets") == gadgets_before
    assert len(one.ids("/@busy", "/toys")) == 3
    assert one.said[1:] == ["    busy keeps its rows; a reset brings those of the fixtures."]
    one.post("/@busy/_mockade/v1/reset")
    assert one.ids("/@busy") == one.ids()
    one.change(fixtures="widgets: []")
    assert one.ids() == one.ids(path="/gadgets") == []
