"""Credentials in fixtures and documents: what they hold, `like` whom they are, and that they come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockade.catalogue.credentials import Copies
from mockade.errors import SetupError
from mockade.state.caller import Caller
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
SNAPSHOTS = "/_mockade/v1/snapshots"
SCHEMES = "{Key: {type: http, scheme: bearer}, Other: {type: apiKey, in: header, name: k}}"
SPEC = contract(crud("/widgets")).replace(
    "components:\n", f"components:\n  securitySchemes: {SCHEMES}\n", 1
) + ("security: [{Key: [read, write]}, {Other: []}]\n")


def callers(serve: Serve, credentials: str) -> dict[str, Caller]:
    """The callers of a shop's fixtures by secret."""
    (api,) = serve(SPEC, f"credentials: {credentials}\n{WIDGETS}").apis.values()
    return {secret: caller for (_, secret), caller in api.callers.items()}


def messages(serve: Serve, credentials: str) -> list[str]:
    with pytest.raises(SetupError) as stopped:
        callers(serve, credentials)
    return [str(finding) for finding in stopped.value.findings]


@pytest.mark.parametrize(
    ("scheme", "secret", "why"),
    [
        ("{type: http, scheme: basic}", "s3cret", "write user:password, as Basic has it"),
        ("{type: http, scheme: bearer}", "s3crët", "in a header there is only ASCII"),
        ("{type: apiKey, in: cookie, name: k}", "s3;cret", "in a cookie it neither holds ;"),
    ],
)
def test_a_secret_that_no_request_can_carry_is_a_fault_that_does_not_name_it(
    serve: Serve, scheme: str, secret: str, why: str
) -> None:
    spec = SPEC.replace("{type: http, scheme: bearer}", scheme, 1)
    with pytest.raises(SetupError) as stopped:
        serve(spec, f"credentials:\n  Key:\n    '{secret}': {{caller: ada}}\n{WIDGETS}")
    (finding,) = stopped.value.findings
    assert f"A secret of Key cannot be sent: {why}" in finding.message
    assert secret not in str(finding)
    assert finding.place.line == 3


def test_without_permissions_a_caller_holds_all_and_with_an_empty_list_none(serve: Serve) -> None:
    found = callers(serve, "{Key: {a: , n: {permissions: []}, r: {permissions: [read]}}}")
    assert [found[secret].permissions for secret in "anr"] == [{"read", "write"}, set(), {"read"}]
    assert [found[secret].holds("read") for secret in "anr"] == [True, False, True]
    assert [found[secret].holds("what only handlers know") for secret in "anr"] == [True, False, False]


def test_like_another_is_to_have_its_facts_and_permissions_but_not_its_name_or_refusal(serve: Serve) -> None:
    found = callers(
        serve,
        "{Key: {ada: {caller: Ada, permissions: [read], team: red, rank: 1, refused: gone},"
        " b: {like: ada, rank: 2}, c: {like: b, permissions: [write]}, d: {like: Ada}, e: {like: all},"
        " all: {caller: all, team: x}}, Other: {f: {like: ada}, g: {like: Ada, caller: gil}}}",
    )
    assert [found[secret].facts for secret in "bcd"] == [
        {"team": "red", "rank": 2},
        {"team": "red", "rank": 2},
        {"team": "red", "rank": 1},
    ]
    assert [sorted(found[secret].permissions) for secret in "bcdfg"] == [["read"], ["write"], *[["read"]] * 3]
    assert found["e"].unrestricted
    assert found["e"].facts == {"team": "x"}
    assert {found[secret].refused for secret in "bcdefg"} == {""}
    assert found["g"].id == "gil"
    assert len({caller.id for caller in found.values()}) == len(found)


def test_like_means_a_secret_of_the_same_scheme_before_anything_else() -> None:
    copies = Copies(
        {
            "Key": {"x": {"caller": "ada"}, "y": {"caller": "x"}},
            "Other": {"x": {"caller": "ben"}, "z": {"caller": "ada"}},
        }
    )
    assert copies.find("x", ("Other", "z")) == ("Other", "x")
    assert copies.find("ada", ("Other", "x")) == ("Other", "z")
    assert copies.find("ada", ("Other", "z")) == ("Key", "x")
    assert copies.find("y", ("Other", "z")) == ("Key", "y")
    assert copies.find("nobody") is None


@pytest.mark.parametrize(
    ("credentials", "sentence"),
    [
        ("{Key: {s1: {caller: ada}, s3cret: {like: adda}}}", "not there. Say whom it is like. Did you mean"),
        ("{Key: {s3cret: {like: s3cret}}}", "`like` one that is like itself"),
        ("{Key: {s3cret: {like: b}, b: {like: s3cret}}}", "`like` one that is like itself"),
        ("{Key: {a: {like: s3cret}, s3cret: {like: b}, b: {like: s3cret}}}", "one that is like itself"),
        ("{Key: {s3cret: {like: [a]}}}", "`like` one that is named by a string"),
        ("{Key: {s3cret: {permissions: all}}}", "`permissions` is a list of strings"),
    ],
)
def test_a_like_that_leads_nowhere_or_in_a_circle_stops_the_start(
    serve: Serve, credentials: str, sentence: str
) -> None:
    (told,) = messages(serve, credentials)
    assert sentence in told
    assert "fixtures/shop.yaml:1:" in told
    assert "s3cret" not in told, "messages are logged"


def test_a_long_chain_of_likes_is_followed() -> None:
    members: dict[str, dict[str, str]] = {f"c{n}": {"like": f"c{n + 1}"} for n in range(5000)}
    copies = Copies({"Key": {**members, "c5000": {"team": "red"}}})
    assert copies.members("Key", "c0") == {"team": "red"}


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_all_none_and_some_permissions_come_back_from_a_document(serve: Serve, form: str) -> None:
    credentials = "{Key: {all: {caller: a}, none: {caller: n, permissions: []}, r: {permissions: [read]}}}"
    mock = serve(SPEC, f"credentials: {credentials}\n{WIDGETS}")
    before = dict(mock.state.callers.items())
    mock.post(SNAPSHOTS, json={"name": "s"})
    taken = mock.get(f"{SNAPSHOTS}/s", params={"secrets": True, "format": form})
    content_type = {"content-type": taken.headers["content-type"]}
    assert mock.put(f"{SNAPSHOTS}/t", content=taken.content, headers=content_type).status_code == 201
    assert mock.post(f"{SNAPSHOTS}/t/restore").status_code == 200
    assert dict(mock.state.callers.items()) == before
    assert [mock.get("/widgets", token=token).status_code for token in ("all", "none", "r")] == [
        200,
        403,
        403,
    ]


def test_a_document_may_say_like_and_says_nothing_of_minted(serve: Serve) -> None:
    mock = serve(SPEC, WIDGETS)
    keys = {"a": {"caller": "ada", "permissions": ["read", "write"]}, "b": {"like": "ada"}}
    document = {"apis": {"shop": {"credentials": {"Key": keys}, "widgets": []}}}
    assert mock.put(f"{SNAPSHOTS}/s", json=document).status_code == 201
    mock.post(f"{SNAPSHOTS}/s/restore")
    assert mock.state.callers["shop", "Key", "b"].permissions == {"read", "write"}
    document["apis"]["shop"]["credentials"]["Key"]["b"] = {"like": "s3cret"}
    refused = mock.put(f"{SNAPSHOTS}/s", json=document)
    assert (refused.status_code, "s3cret" in refused.text) == (400, False)
    refused = mock.put(f"{SNAPSHOTS}/s", json={"apis": {"shop": {"minted": {"permissions": []}}}})
    assert refused.status_code == 400
    assert "Minted belongs to the server" in refused.json()["detail"]
