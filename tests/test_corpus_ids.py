"""Which ids the corpus takes for those of a thing: what a client would take, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.corpus.encoding import Request
from benchmarks.corpus.ids import Known
from benchmarks.corpus.paths import Place
from benchmarks.corpus.things import ITSELF, created, keys, part_keys, rows

PETS = [{"id": "p1"}]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"messages": [{"id": "m1"}], "_embedded": PETS}, PETS),
        ({"petPage": PETS, "errors": []}, PETS),
        ({"name": "Rex", "CategoryNames": ["indoor"]}, None),
        ({"pets": ["p1"]}, [{ITSELF: "p1"}]),
        ({"petIds": ["p1"]}, [{ITSELF: "p1"}]),
        (["p1"], [{ITSELF: "p1"}]),
        ({"messages": [{"id": "m1"}]}, None),
    ],
)
def test_the_rows_of_a_list_are_what_it_is_about(answer: Any, found: Any) -> None:
    assert rows(answer, "pets") == found


def test_a_list_may_be_about_what_others_say_besides() -> None:
    assert rows({"messages": [{"id": "m1"}]}, "messages") == [{"id": "m1"}]


@pytest.mark.parametrize("name", ["owner_name", "ownerName"])
def test_a_part_of_a_key_is_taken_from_the_object_that_it_names(name: str) -> None:
    row = {"name": "game", "owner": {"id": "o1", "name": "ada"}}
    assert next(part_keys(row, Place(name, "/apps", ""))) == "ada"


def test_a_mere_name_that_was_sent_is_no_key() -> None:
    request = Request("POST", "/pets", {"content-type": "application/json"}, b'{"name": "Rex"}')
    place = Place("petId", "/pets", "pets")
    assert list(created({}, None, request, place, sure=True)) == []
    assert list(created({}, {"id": "p1"}, request, place, sure=True)) == [{"id": "p1"}]


def test_the_parts_of_a_key_are_of_one_row() -> None:
    known = Known()
    owners = [{"name": "game", "owner": {"name": "ada"}}, {"name": "shop", "owner": {"name": "bob"}}]
    known.add("/apps", (), owners)
    first, second = Place("owner_name", "/apps", ""), Place("app_name", "/apps/{}", "apps")
    assert list(known.keys(first, "/apps", ()))[:2] == ["ada", "bob"]
    assert next(known.rest(second, "/apps", (), {first: "bob"})) == "shop"


@pytest.mark.parametrize(("own", "found"), [(7, "ada"), ("u7", "u7")])
def test_a_thing_goes_by_its_login_where_its_id_is_a_number(own: Any, found: Any) -> None:
    assert next(keys({"id": own, "login": "ada"}, "user", "users"))[1] == found
