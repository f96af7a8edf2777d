"""Which operation a path belongs to.

Holds `catalogue/router.py` too.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from mockade.catalogue.path_tree import Match, PathTree


def routes(*paths: str, method: str = "GET") -> PathTree[str]:
    """Each path, served by itself."""
    made: PathTree[str] = PathTree()
    for path in paths:
        assert made.add(method, path, path) is None
    return made


def matched(made: PathTree[str], path: str) -> tuple[str, tuple[str, ...]] | None:
    match = made.match(path)
    return (match.methods["GET"], match.values) if match else None


@pytest.mark.parametrize("order", list(permutations(["/a/{id}", "/a/new", "/a/{id}:copy", "/{x}/new"])))
def test_concrete_goes_before_templated_whatever_the_order(order: tuple[str, ...]) -> None:
    made = routes(*order)
    assert matched(made, "/a/new") == ("/a/new", ())
    assert matched(made, "/a/7:copy") == ("/a/{id}:copy", ("7",))
    assert matched(made, "/a/7") == ("/a/{id}", ("7",))
    assert matched(made, "/b/new") == ("/{x}/new", ("b",))


def test_a_concrete_beginning_that_leads_nowhere_is_walked_back() -> None:
    made = routes("/a/new/x", "/a/{id}/y", "/{any}/new/z", "/a/{id}:copy/w")
    assert matched(made, "/a/new/y") == ("/a/{id}/y", ("new",))
    assert matched(made, "/a/new/z") == ("/{any}/new/z", ("a",))
    assert matched(made, "/a/7:copy/y") == ("/a/{id}/y", ("7:copy",))
    assert matched(made, "/a/new/q") is None


def test_an_encoded_slash_stays_in_its_segment() -> None:
    made = routes("/a/{id}", "/a/{id}/b")
    assert matched(made, "/a/x%2Fb") == ("/a/{id}", ("x%2Fb",))
    assert matched(made, "/a/x%2fy/b") == ("/a/{id}/b", ("x%2fy",))


def test_a_concrete_segment_is_met_however_it_is_encoded() -> None:
    made = routes("/users/@me", "/café/{id}", "/a b", "/x%2Fy", "/users/{id}")
    for path in ("/users/@me", "/users/%40me", "/%75sers/@me"):
        assert matched(made, path) == ("/users/@me", ())
    assert matched(made, "/caf%C3%A9/1") == ("/café/{id}", ("1",))
    assert matched(made, "/a%20b") == ("/a b", ())
    assert matched(made, "/x%2Fy") == ("/x%2Fy", ())
    assert matched(made, "/x/y") is None


def test_a_segment_may_be_text_and_parameters() -> None:
    made = routes("/{id}:promote", "/{id}", "/{name}.{kind}", "/v{major}.{minor}")
    assert matched(made, "/7:promote") == ("/{id}:promote", ("7",))
    assert matched(made, "/7:demote") == ("/{id}", ("7:demote",))
    assert matched(made, "/:promote") == ("/{id}", (":promote",))
    assert matched(made, "/v1.2") == ("/v{major}.{minor}", ("1", "2"))
    assert matched(made, "/a.tar.gz") == ("/{name}.{kind}", ("a.tar", "gz"))


def test_parameters_that_touch_are_divided_by_the_values_that_one_can_have() -> None:
    made: PathTree[str] = PathTree()
    made.add("POST", "/{id}{ext}", "post")
    made.add("GET", "/{id}{ext}", "get", {"ext": [".json", ".x y"], "other": ["z"]})
    assert matched(made, "/a.b.json") == ("get", ("a.b", ".json"))
    assert matched(made, "/a.x%20y") == ("get", ("a", ".x%20y"))
    assert matched(made, "/ab") == ("get", ("a", "b"))
    match = made.match("/a.json")
    assert match is not None
    assert match.methods.keys() == {"GET", "POST"}


def test_what_reads_like_a_pattern_is_text() -> None:
    made = routes("/a.b/{id}(x)")
    assert matched(made, "/a.b/1(x)") == ("/a.b/{id}(x)", ("1",))
    assert matched(made, "/aXb/1(x)") is None
    assert matched(made, "/a.b/1x") is None


def test_a_path_that_another_method_has_is_not_left_for_a_template() -> None:
    made: PathTree[str] = PathTree()
    made.add("POST", "/player/me", "join")
    made.add("DELETE", "/player/{uuid}", "kick")
    assert made.match("/player/me") == Match({"POST": "join"}, ())
    assert made.match("/player/7") == Match({"DELETE": "kick"}, ("7",))


@pytest.mark.parametrize("path", ["/a/", "//a", "/a//b", "/a//", "/", "", "/a/b/"])
def test_an_empty_segment_is_no_parameter(path: str) -> None:
    assert routes("/a", "/a/{id}", "/a/{id}/b", "/a/b").match(path) is None


def test_a_trailing_slash_is_met_where_the_contract_has_it() -> None:
    made = routes("/a/", "/a/{id}/", "/")
    assert matched(made, "/a/") == ("/a/", ())
    assert matched(made, "/a/1/") == ("/a/{id}/", ("1",))
    assert matched(made, "/") == ("/", ())
    assert matched(made, "/a") is None


def test_a_taken_place_keeps_its_holder() -> None:
    made = routes("/a/{id}")
    assert made.add("GET", "/a/{key}", "other") == "/a/{id}"
    assert made.add("GET", "/a/{id}", "other") == "/a/{id}"
    assert matched(made, "/a/1") == ("/a/{id}", ("1",))


def test_values_come_in_the_order_of_the_path_whatever_a_method_calls_its_parameters() -> None:
    made: PathTree[str] = PathTree()
    made.add("GET", "/a/{z}/b/{id}.{kind}", "get")
    made.add("PUT", "/a/{key}/b/{name}.{type}", "put")
    match = made.match("/a/1/b/2.x")
    assert match is not None
    assert match.methods == {"GET": "get", "PUT": "put"}
    assert match.values == ("1", "2", "x")


def test_a_long_path_of_many_ways_is_walked_once_per_way() -> None:
    depth = 12
    made: PathTree[str] = PathTree()
    made.add("GET", "/" + "/".join(["{x}"] * depth) + "/end", "all")
    made.add("GET", "/a" * depth + "/stop", "none")
    assert matched(made, "/a" * depth + "/end") == ("all", ("a",) * depth)
    assert made.match("/a" * 5000) is None
