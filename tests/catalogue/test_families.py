"""APIs of one family share credentials and tell each other what happened.

It holds `catalogue/families.py`, `catalogue/family.py` and `catalogue/family_names.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.catalogue.loading import load_apis
from mockade.catalogue.selection import Selection
from mockade.errors import SetupError
from mockade.validation.agreement import validate
from tests.contracts import contract, crud
from tests.harness import Mock

Write = Callable[..., Path]

SECURED = {
    "security": [{"token": []}],
    "components": {
        "schemas": {
            "Widget": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
            }
        },
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}
WITH_ANN = "family: house\ncredentials: {token: {ann: {caller: ann}}}\n"
DOORS = contract(crud("/doors"), **SECURED)
BELLS = contract(crud("/bells"), **SECURED)
LETS_IN = """
from mockade.handling import Caller
def post_doors(call, body):
    row = call.rows("doors").add({"id": "d1", "name": "front", **body})
    call.admit("token", row["id"], Caller(row["id"], frozenset()))
    call.emit("door_opened", row)
    return row
def delete_doors_id(call, id):
    call.dismiss("token", id)
    call.rows("doors").remove(id)
"""
RINGS = """
from mockade.handling import Refusal
def door_opened(call, row):
    row["name"] = f"{row['name']} by {call.caller.id}"
    call.rows("bells").add(row)
listeners = (door_opened,)
"""


@pytest.fixture
def house(home: Write) -> Callable[..., Path]:
    """Writes a home with the family `house`: doors, whose login lets in, and bells, which ring."""

    def write(
        doors: str = "family: house\ncredentials: {token: {ann: {caller: ann}}}\n", **more: str
    ) -> Path:
        return home(
            specs={"doors.yaml": DOORS, "bells.yaml": BELLS},
            fixtures={"doors.yaml": doors, "bells.yaml": more.get("bells", "family: house\n")},
            apis={"doors.py": more.get("lets_in", LETS_IN), "bells.py": more.get("rings", RINGS)},
        )

    return write


def findings(folder: Path, **options: Any) -> list[str]:
    with pytest.raises(SetupError) as caught:
        load_apis(Selection((), folder).files(), **options)
    return [str(finding) for finding in caught.value.findings]


def test_a_credential_of_one_api_calls_its_siblings(house: Write, make_mock: Callable[..., Mock]) -> None:
    mock = make_mock(home=house())
    assert mock.get("/bells", token="ann").status_code == 200
    assert mock.get("/bells", token="bob").status_code == 401  # and nothing is open
    mock.post("/doors", token="ann", json={})
    assert mock.get("/bells", token="d1").status_code == 200
    mock.delete("/doors/d1", token="ann")
    assert mock.get("/bells", token="d1").status_code == 401


def test_what_one_emits_a_sibling_takes_in_a_copy_of_in_the_same_transaction(
    house: Write, make_mock: Callable[..., Mock]
) -> None:
    mock = make_mock(home=house())
    assert mock.post("/doors", token="ann", json={}).json() == {"id": "d1", "name": "front"}
    assert mock.get("/bells/d1", token="ann").json() == {"id": "d1", "name": "front by ann"}
    entry = mock.told[0]
    assert [(one.api, one.key) for one in entry.changes] == [("doors", "d1"), ("bells", "d1")]
    before = mock.state
    mock.delete("/doors/d1", token="ann")
    again = mock.post("/doors", token="ann", json={})  # its bell is there already, so that nothing happens
    assert (again.status_code, mock.get("/doors/d1", token="ann").status_code) == (500, 404)
    assert mock.state.table("bells", "bells") is before.table("bells", "bells")


def test_apis_that_answer_each_other_are_stopped(house: Write, make_mock: Callable[..., Mock]) -> None:
    echo = "def door_opened(call, row):\n    call.emit('door_opened', row)\nlisteners = (door_opened,)\n"
    mock = make_mock(home=house(lets_in=LETS_IN + echo, rings=echo))
    answer = mock.post("/doors", token="ann", json={})
    assert answer.status_code == 500
    assert "do two APIs of the family answer each other?" in mock.last.reason
    assert len(mock.state.table("doors", "doors").rows) == 0


def test_a_familys_name_means_its_apis_in_commands_and_the_control_api(
    house: Write, make_mock: Callable[..., Mock]
) -> None:
    folder = house()
    assert sorted(Selection(["house"], folder).files()) == ["bells", "doors"]
    mock = make_mock(home=folder)
    mock.post("/doors", token="ann", json={})
    rows = "/_mockade/v1/worlds/default/state/house"
    assert mock.get(f"{rows}/bells/d1").json() == {"id": "d1", "name": "front by ann"}
    assert "no collection 'bellz'. Did you mean 'bells'" in mock.get(f"{rows}/bellz").text
    assert "Did you mean 'house'" in mock.get("/_mockade/v1/worlds/default/state/hause/bells").text
    minted = mock.post("/_mockade/v1/credentials", json={"api": "house", "secret": "eve", "like": "ann"})
    assert (minted.status_code, minted.json()["api"]) == (201, "doors")
    taken = mock.post("/_mockade/v1/credentials", json={"api": "bells", "secret": "eve"})
    assert taken.status_code == 409
    fault = {"match": {"api": "house", "caller": "ann"}, "do": {"status": 503}}
    assert mock.post("/_mockade/v1/faults", json=fault).status_code == 201
    assert [mock.get(path, token="ann").status_code for path in ("/doors", "/bells")] == [503, 503]


def test_a_word_that_is_wrong_is_told_at_its_line(house: Write) -> None:
    assert findings(house(bells="family: [house\n"))
    (told,) = findings(house(bells="family: 7\n"))
    assert "bells.yaml:1:1: `family` names the APIs that this one belongs to" in told
    (told,) = findings(house(bells=""))
    assert "bells has `listeners`, and is of no family that could tell it anything" in told
    assert "family: some-word" in told


def test_listeners_that_are_none_are_told(house: Write) -> None:
    (told,) = findings(house(rings="listeners = ('door_opened',)\n"))
    assert "`listeners` of these handlers is a tuple of functions" in told


def test_a_family_called_as_a_stranger_is_remarked_and_the_stranger_is_meant(house: Write) -> None:
    folder = house(doors="family: bells\n", bells="", rings="")
    assert list(Selection(["bells"], folder).files()) == ["bells"]
    (api,) = (one for one in load_apis(Selection((), folder).files()).values() if one.stem == "doors")
    assert ["is called as an API that is not of it" in one.message for one in api.findings] == [True]


def test_closed_asks_for_credentials_of_the_family_and_not_of_each_api(house: Write) -> None:
    assert len(load_apis(Selection((), house()).files(), closed=True)) == 2
    told = findings(house(doors="family: house\n"), closed=True)
    assert len(told) == 2
    assert all("Nobody can pass the security scheme 'token'" in one for one in told)


def test_a_sibling_vets_the_callers_that_it_has_to_let_in(house: Write) -> None:
    vets = RINGS + "def vet_caller(caller):\n    return 'Names are longer.' if len(caller.id) < 4 else None\n"
    (told,) = findings(house(rings=vets))
    assert "doors.yaml:2" in told
    assert "as bells of the same family has them: Names are longer." in told


def test_validate_takes_a_family_as_one(house: Write) -> None:
    report = validate([house()])
    assert [str(one) for one in report.findings if one.rule == "credentials"] == []


@pytest.mark.parametrize(
    ("bells", "told"),
    [
        ("{ann: {caller: ann, permissions: []}}", None),
        ("{ben: {caller: ann}}", None),
        ("{ann: {caller: ben}}", "A credential of token is ann here, and ben in bells"),
        ("{ann: {caller: ann, refused: gone}}", "is ann here, and ann, refused as gone in bells"),
        ("{ann: {}}", "is ann here, and caller-"),
    ],
)
def test_a_credential_that_is_another_in_a_sibling_is_a_warning_in_both(
    house: Write, bells: str, told: str | None
) -> None:
    folder = house(bells=f"family: house\ncredentials: {{token: {bells}}}\n")
    found = [one for one in validate([folder]).findings if one.rule == "credentials"]
    assert [one.severity for one in found] == (["warning"] * 2 if told else [])
    if told:
        assert {Path(one.place.file).name for one in found} == {"doors.yaml", "bells.yaml"}
        assert any(told in one.message and "each of the two takes its own" in one.message for one in found)
    assert len(load_apis(Selection((), folder).files())) == 2


def test_a_secret_that_a_sibling_can_never_be_sent_is_a_warning(house: Write, home: Write) -> None:
    house()
    basic = BELLS.replace("scheme: bearer", "scheme: basic").replace('"bearer"', '"basic"')
    folder = home(specs={"bells.yaml": basic})
    (found,) = [one for one in validate([folder]).findings if one.rule == "credentials"]
    assert (found.severity, Path(found.place.file).name) == ("warning", "doors.yaml")
    assert (
        "cannot be sent to bells of the same family: write user:password, as Basic has it." in found.message
    )
