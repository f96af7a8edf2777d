"""One API from its files: collections, dialects, `catalogue/credentials.py`; all faults at once."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.api import load_api
from mockade.catalogue.files import Files, bundled, find_files
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


def findings_of(serve: Serve, *files: str) -> list[str]:
    with pytest.raises(SetupError) as stopped:
        serve(*files)
    return [str(finding) for finding in stopped.value.findings]


def test_a_shape_answers_from_the_collection_that_the_module_describes(serve: Serve) -> None:
    mock = serve(spec(), WIDGETS, MODULE)
    assert [row["id"] for row in mock.get("/widgets").json()] == ["w1", "w2", "born"]
    assert mock.get("/widgets/x").json()["detail"] == "x left widgets"


def test_a_collection_of_no_component_stops_the_start(serve: Serve) -> None:
    findings = findings_of(serve, spec(), "", MODULE.replace('holds="Widget"', 'holds="Widgit"'))
    assert any("Did you mean 'Widget'?" in one for one in findings)


def test_a_dialect_of_no_component_stops_the_start(serve: Serve) -> None:
    lines = (
        "from mockade.dialects import Dialect, flat_error\ndialect = Dialect(flat_error(), component='Eror')"
    )
    findings = findings_of(serve, spec(), "", lines)
    assert any("'Eror' is no component" in one for one in findings)


def test_credentials_for_no_scheme_stop_the_start(serve: Serve) -> None:
    findings = findings_of(serve, spec(), "credentials: {Bearer: {t: {caller: a}}}")
    assert any("shop.yaml:1:15" in one and "no security scheme of that name" in one for one in findings)


def test_two_operations_of_one_python_name_cannot_share_a_handler(serve: Serve) -> None:
    paths = {f"/{name}": {"get": {"operationId": name, **answers(200, {})}} for name in ("getIt", "get_it")}
    assert serve(contract(paths)).get("/getIt").status_code == 200
    findings = findings_of(serve, contract(paths), "", "def get_it(call):\n    return 1")
    assert len(findings) == 1
    assert "getIt and get_it have one Python name" in findings[0]


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
    detail = mock.get("/mood").json()["detail"]
    assert "rong of x" in detail
    assert "Did you mean 'ring'?" in detail


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
        load_api(Files(bundled("specs") / "meshmap.yaml", None, None), None)
    except SetupError:
        pass  # without fixtures nobody may call it
    finally:
        gc.set_threshold(*usual)
        gc.callbacks.remove(note)
    assert looked
    assert not while_reading
    assert gc.isenabled()
