"""One API from its files: behaviour, collections and dialects that a module adds to the contract."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.api import load_api
from mockade.catalogue.files import bundled, find_files
from mockade.catalogue.loading import load_apis
from mockade.contract.contract import Contract
from mockade.errors import SetupError
from tests.contracts import WIDGETS, answers, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

MODULE = """
from mockade.handling import Collection, Switch

behaviour = (
    Switch("greeting", "hello", "nobody says"),
    Switch("colour", "red", "a guess", ("red", "blue")),
)
collections = (Collection("widgets", holds="Widget", absent=("gone", "{key} left {collection}")),)

def get_mood(call):
    return [call.behaviour["greeting"], call.behaviour["colour"]]

def on_start(call):
    call.rows("widgets").add({"id": "born", "name": call.now()})
"""


def spec() -> str:
    return contract({**crud("/widgets"), "/mood": {"get": answers(200, {})}})


def findings(serve: Serve, *files: str) -> list[str]:
    with pytest.raises(SetupError) as stopped:
        serve(*files)
    return [str(finding) for finding in stopped.value.findings]


def test_a_guess_can_be_switched_in_the_fixtures(serve: Serve) -> None:
    assert serve(spec(), "", MODULE).get("/mood").json() == ["hello", "red"]
    mock = serve(spec(), "behaviour: {greeting: hi, colour: blue}", MODULE)
    assert mock.get("/mood").json() == ["hi", "blue"]


def test_switches_that_are_not_there_or_set_wrongly_stop_the_start(serve: Serve) -> None:
    said = findings(serve, spec(), "behaviour:\n  greting: x\n  greeting: 3\n  colour: green", MODULE)
    assert len(said) == 3
    assert "shop.yaml:2:3" in said[0]
    assert "Did you mean 'greeting'?" in said[0]
    assert "greeting takes text, not 3" in said[1]
    assert "It can be: red, blue." in said[2]


def test_a_shape_answers_from_the_collection_that_the_module_describes(serve: Serve) -> None:
    mock = serve(spec(), WIDGETS, MODULE)
    assert [row["id"] for row in mock.get("/widgets").json()] == ["w1", "w2", "born"]
    assert mock.get("/widgets/x").json()["detail"] == "x left widgets"


def test_a_collection_of_no_component_stops_the_start(serve: Serve) -> None:
    said = findings(serve, spec(), "", MODULE.replace('holds="Widget"', 'holds="Widgit"'))
    assert any("Did you mean 'Widget'?" in one for one in said)


def test_a_dialect_of_no_component_stops_the_start(serve: Serve) -> None:
    lines = (
        "from mockade.dialects import Dialect, flat_error\ndialect = Dialect(flat_error(), component='Eror')"
    )
    said = findings(serve, spec(), "", lines)
    assert any("'Eror' is no component" in one for one in said)


def test_credentials_for_no_scheme_stop_the_start(serve: Serve) -> None:
    said = findings(serve, spec(), "credentials: {Bearer: {t: {caller: a}}}")
    assert any("shop.yaml:1:15" in one and "no security scheme of that name" in one for one in said)


def test_what_fixtures_keep_beside_a_row_never_leaves(serve: Serve) -> None:
    lines = "def get_mood(call):\n    return call.rows('widgets').get('w1').beside"
    mock = serve(spec(), "widgets: [{id: w1, name: One, _owner: ada}]", lines)
    assert mock.get("/widgets/w1").json() == {"id": "w1", "name": "One"}
    assert mock.get("/mood").json() == {"owner": "ada"}


def test_two_operations_of_one_python_name_cannot_share_a_handler(serve: Serve) -> None:
    paths = {f"/{name}": {"get": {"operationId": name, **answers(200, {})}} for name in ("getIt", "get_it")}
    assert serve(contract(paths)).get("/getIt").status_code == 501
    said = findings(serve, contract(paths), "", "def get_it(call):\n    return 1")
    assert len(said) == 1
    assert "getIt and get_it have one Python name" in said[0]


def test_an_event_that_the_module_does_not_list_is_told_when_it_is_due(serve: Serve) -> None:
    lines = """
def get_mood(call):
    call.set_event("rong", "x", 10)
    return ""

def ring(call, key):
    pass

timeline = (ring,)
"""
    mock = serve(spec(), "", lines)
    assert mock.get("/mood").status_code == 200
    mock.advance(10)
    told = mock.get("/mood").json()["detail"]
    assert "rong of x" in told
    assert "Did you mean 'ring'?" in told


@pytest.mark.parametrize(
    ("collection", "index", "complaint"),
    [
        ("moods", "new", "The outbox waits in 'moods', which is none of `collections`. Known: widgets."),
        ("widgets", "nev", "The outbox asks widgets for an index 'nev'. Did you mean 'new'?"),
    ],
)
def test_an_outbox_waits_in_an_index_of_the_modules_own(
    home: Callable[..., Path], collection: str, index: str, complaint: str
) -> None:
    lines = f"""
from mockade.handling import Collection
from mockade.outbox import Outbox

collections = (Collection("widgets", holds="Widget", indexes={{"new": lambda row: []}}),)
outbox = Outbox("{collection}", "{index}", request=lambda call, rows: None, ended=lambda *given: None)
"""
    folder = home(specs={"shop.yaml": contract(crud("/widgets"))}, apis={"shop.py": lines})
    with pytest.raises(SetupError) as caught:
        load_apis(find_files(folder))
    assert [str(one).partition(": ")[2] for one in caught.value.findings] == [complaint]


@pytest.mark.parametrize("value", ["404.0", "true", "'404'"])
def test_a_switch_takes_its_choices_to_the_letter(home: Callable[..., Path], value: str) -> None:
    text = (bundled("fixtures") / "meshmap.yaml").read_text()
    changed = re.sub(r"register_twice: \d+", f"register_twice: {value}", text)
    with pytest.raises(SetupError, match="register_twice cannot be"):
        load_apis(find_files(home(fixtures={"meshmap.yaml": changed}), ["meshmap"]))


def test_a_row_that_no_index_can_file_stops_the_start_with_its_place(home: Callable[..., Path]) -> None:
    text = (bundled("fixtures") / "meshmap.yaml").read_text()
    changed = re.sub(r"_app: demo", "_app: [demo]", text)
    with pytest.raises(SetupError, match=r"meshmap.yaml:\d+:\d+: This row of .* cannot be filed"):
        load_apis(find_files(home(fixtures={"meshmap.yaml": changed}), ["meshmap"]))


def test_nobody_looks_for_garbage_while_a_contract_is_read() -> None:
    usual = gc.get_threshold()
    looked = 0
    while_reading = 0

    def note(_phase: str, _facts: dict[str, int]) -> None:
        nonlocal looked, while_reading
        looked += 1
        frame = sys._getframe()
        while frame.f_back is not None:
            frame = frame.f_back
            while_reading += frame.f_code is Contract.__post_init__.__code__

    gc.callbacks.append(note)
    gc.set_threshold(50)
    try:
        load_api(bundled("specs") / "meshmap.yaml", None, None)
    except SetupError:
        pass  # without fixtures nobody may call it
    finally:
        gc.set_threshold(*usual)
        gc.callbacks.remove(note)
    assert looked
    assert not while_reading
    assert gc.isenabled()
