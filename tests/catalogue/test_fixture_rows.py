"""The rows of fixture files (`catalogue/fixtures.py`), decoded and held against the contract."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.files import bundled, find_files
from mockade.catalogue.loading import load_apis
from mockade.errors import SetupError
from tests.contracts import answers, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]


def spec() -> str:
    return contract({**crud("/widgets"), "/mood": {"get": answers(200, {})}})


def test_fixtures_that_do_not_fit_stop_the_start_with_every_fault_and_its_line(serve: Serve) -> None:
    fixtures = "widgets:\n- {id: w1, name: 3}\n- {id: w2, name: ok}\n- {id: w2, name: ok}\nwidgetz: []"
    with pytest.raises(SetupError) as stopped:
        serve(contract(crud("/widgets")), fixtures)
    findings = [str(finding) for finding in stopped.value.findings]
    assert any(
        "fixtures/shop.yaml:2:12" in one and "/name" in one and "specs/shop.yaml:" in one for one in findings
    )
    assert any("fixtures/shop.yaml:4" in one and "two rows with the key w2" in one for one in findings)
    assert any("fixtures/shop.yaml:5" in one and "Did you mean 'widgets'?" in one for one in findings)


def test_faults_of_form_hide_no_others_and_name_what_was_meant(serve: Serve) -> None:
    fixtures = """\
rows: three
behavior: {}
mintd: {permissions: []}
credential: {Key: {k: {}}}
nothings: 7
widgets: [{id: 1}]
"""
    with pytest.raises(SetupError) as stopped:
        serve(contract(crud("/widgets")), fixtures)
    told = [str(finding).partition("shop.yaml:")[2] for finding in stopped.value.findings]
    words = (
        "1:1: `rows` is with how many rows the others start: a whole number, such as 3.",
        "2:1: behavior is no list of rows, nor known else. Did you mean 'behaviour'?",
        "Did you mean 'minted'?",
        "Did you mean 'credentials'?",
        "5:1: nothings should be a list of rows",
    )
    for line, start in zip(told, words, strict=False):
        assert start in line
    assert "/id Expected string" in told[6]


def test_what_fixtures_keep_beside_a_row_never_leaves(serve: Serve) -> None:
    lines = "def get_mood(call):\n    return call.rows('widgets').get('w1').beside"
    mock = serve(spec(), "widgets: [{id: w1, name: One, _owner: ada}]", lines)
    assert mock.get("/widgets/w1").json() == {"id": "w1", "name": "One"}
    assert mock.get("/mood").json() == {"owner": "ada"}


def test_a_row_that_no_index_can_file_stops_the_start_with_its_place(home: Callable[..., Path]) -> None:
    text = (bundled("fixtures") / "meshmap.yaml").read_text()
    changed = re.sub(r"_app: demo", "_app: [demo]", text)
    with pytest.raises(SetupError, match=r"meshmap.yaml:\d+:\d+: This row of .* cannot be filed"):
        load_apis(find_files(home(fixtures={"meshmap.yaml": changed}), ["meshmap"]))


@pytest.mark.parametrize(
    ("properties", "mend"),
    [
        (("bookId", "title"), 'say key="bookId" in the module\'s Collection'),
        (("title",), "say key=… in the module's Collection"),
        (("bookId", "shelfId"), "say key=… in the module's Collection"),
        (("id", "bookId"), "Write it into the row"),
    ],
)
def test_a_row_whose_component_has_no_such_key_says_to_name_it_in_the_collection(
    serve: Serve, properties: tuple[str, ...], mend: str
) -> None:
    book = {"type": "object", "properties": {name: {"type": "string"} for name in properties}}
    paths = {"/books": {"get": answers(200, {"$ref": "#/components/schemas/Book"})}}
    module = "from mockade.handling import Collection\ncollections = (Collection('books', holds='Book'),)"
    with pytest.raises(SetupError, match="This row of books lacks 'id', which its key is made of") as stopped:
        serve(contract(paths, components={"schemas": {"Book": book}}), "books: [{}]", module)
    assert mend in str(stopped.value.findings[0])
