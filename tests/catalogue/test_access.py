"""Who may call: open schemes, `--closed`, what callers hold, and what minted ones start from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.catalogue.access import open_findings
from mockade.errors import Finding, SetupError
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
CREDENTIALS = "/_mockade/v1/credentials"
SCHEMES = (
    "{Key: {type: http, scheme: bearer}, Lent: {type: apiKey, in: query, name: k, x-credentials-of: Key},"
    " Unused: {type: http, scheme: basic}, minted: {type: apiKey, in: header, name: x-minted}}"
)


def spec(security: str = "[{Key: [read]}]", schemes: str = SCHEMES) -> str:
    """A shop whose paths ask for `security`."""
    text = contract(crud("/widgets")).replace(
        "components:\n", f"components:\n  securitySchemes: {schemes}\n", 1
    )
    return f"{text}security: {security}\n"


def findings(mock: Mock) -> list[Finding]:
    """What is told of a contract that is served: its faults, and what is open."""
    (api,) = mock.apis.values()
    return [*api.findings, *open_findings(api.contract, api.fixtures, api.access)]


def messages(serve: Serve, fixtures: str, **options: Any) -> list[str]:
    with pytest.raises(SetupError) as stopped:
        serve(spec(), fixtures, **options)
    return [str(finding) for finding in stopped.value.findings]


def test_an_open_scheme_is_a_finding_that_stops_nothing(serve: Serve) -> None:
    (finding,) = findings(serve(spec(), WIDGETS))
    assert finding.severity == "info"
    assert finding.message == "The security scheme 'Key' is open: any well-formed credential passes it."
    assert "credentials: {Key: {some-secret: {caller: someone}}}" in finding.mend


def test_only_schemes_that_operations_ask_for_are_told(serve: Serve) -> None:
    found = findings(serve(spec("[{minted: []}, {Lent: []}, {}]"), WIDGETS))
    told = [finding for finding in found if finding.rule == "credentials"]
    assert [finding.message.split("'")[1] for finding in told] == ["Lent", "minted"]


@pytest.mark.parametrize(
    ("security", "rule", "severity"),
    [
        ("[{}, {Key: []}]", "security-optional", "info"),
        ("[{Key: []}, {}]", "security-optional", "info"),
        ("[{Tls: []}]", "security-certificate", "warning"),
        ("[{}]", "", ""),
        ("[]", "", ""),
        ("[{Tls: []}, {Key: []}]", "", ""),
    ],
)
def test_what_needs_no_credential_though_it_lists_schemes_is_told(
    serve: Serve, security: str, rule: str, severity: str
) -> None:
    schemes = "{Key: {type: http, scheme: bearer}, Tls: {type: mutualTLS}}"
    mock = serve(spec(security, schemes), f"{WIDGETS}\ncredentials: {{Key: {{k: {{caller: a}}}}}}")
    told = {(finding.rule, finding.severity) for finding in findings(mock)}
    assert told == ({(rule, severity)} if rule else set())


def test_a_closed_one_starts_when_every_scheme_has_credentials(serve: Serve) -> None:
    (told,) = messages(serve, WIDGETS, closed=True)
    assert "the fixtures hold no credentials for it. Add to " in told
    assert "/fixtures/shop.yaml:  credentials: {Key: {some-secret" in told
    mock = serve(spec(), f"credentials: {{Key: {{t: {{caller: ada}}}}}}\n{WIDGETS}", closed=True)
    assert [mock.get("/widgets", token=token).status_code for token in ("t", "u")] == [200, 401]
    (api,) = mock.apis.values()
    assert not findings(mock)
    assert not api.access.open_schemes


def test_a_scheme_that_takes_anothers_credentials_is_as_open_as_that_one(serve: Serve) -> None:
    security = "[{Key: []}, {Lent: []}]"
    mock = serve(spec(security), WIDGETS)
    assert mock.get("/widgets", params={"k": "any"}).status_code == 200
    by_query, by_token = mock.last.caller, mock.get("/widgets", token="any") and mock.last.caller
    assert by_query == by_token
    mock = serve(spec(security), f"credentials: {{Key: {{t: {{caller: ada}}}}}}\n{WIDGETS}")
    assert [mock.get("/widgets", params={"k": k}).status_code for k in ("t", "u")] == [200, 401]


def test_the_list_of_credentials_says_what_is_open_and_who_may_everything(serve: Serve) -> None:
    assert serve(spec(), WIDGETS).get(CREDENTIALS).json() == {
        "credentials": [],
        "open": [{"api": "shop", "scheme": "Key"}],
    }
    fixtures = "credentials: {Key: {a: {caller: ada}, b: {caller: ben, permissions: []}}}"
    listed = serve(spec(), f"{fixtures}\n{WIDGETS}").get(CREDENTIALS).json()
    assert "open" not in listed
    assert [(one["permissions"], one.get("unrestricted")) for one in listed["credentials"]] == [
        (["read"], True),
        ([], None),
    ]


KEYS = "{a: {caller: ada, permissions: [read], rank: 1, team: red}, b: {caller: ben, permissions: []}}"


@pytest.mark.parametrize(
    ("minted", "body", "expected"),
    [
        ("", {}, (["read"], True, {})),
        ("", {"permissions": []}, ([], False, {})),
        ("", {"like": "ada"}, (["read"], False, {"rank": 1, "team": "red"})),
        ("", {"like": "a", "facts": {"team": "blue"}}, (["read"], False, {"rank": 1, "team": "blue"})),
        ("", {"like": "b"}, ([], False, {})),
        ("minted: {}", {}, (["read"], True, {})),
        ("minted: {permissions: []}", {}, ([], False, {})),
        ("minted: {permissions: [], like: ada}", {}, ([], False, {"rank": 1, "team": "red"})),
        ("minted: {like: ada, team: blue}", {}, (["read"], False, {"rank": 1, "team": "blue"})),
        ("minted: {like: ada}", {"permissions": ["x"]}, (["x"], False, {"rank": 1, "team": "red"})),
        ("minted: {like: ada}", {"like": "ben"}, ([], False, {})),
    ],
)
def test_what_a_minted_credential_holds(serve: Serve, minted: str, body: Any, expected: Any) -> None:
    mock = serve(spec(), f"credentials: {{Key: {KEYS}}}\n{minted}\n{WIDGETS}")
    made = mock.post(CREDENTIALS, json={"api": "shop", "secret": "new", **body})
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["permissions"], told.get("unrestricted", False), told.get("facts", {})) == expected
    assert told["caller"] not in ("ada", "ben"), "whom it is like it is not"
    assert mock.get("/widgets", token="new").status_code == (200 if "read" in told["permissions"] else 403)


def test_a_minted_credential_is_like_one_of_its_own_world(serve: Serve) -> None:
    mock = serve(spec(), f"credentials: {{Key: {KEYS}}}\n{WIDGETS}")
    zoe = {"api": "shop", "secret": "z", "caller": "zoe", "permissions": ["read"]}
    assert mock.post(CREDENTIALS, json=zoe).status_code == 201
    assert mock.post(CREDENTIALS, json={"api": "shop", "like": "zoe"}).json()["permissions"] == ["read"]
    elsewhere = mock.post(f"/@other{CREDENTIALS}", json={"api": "shop", "like": "zoe"})
    assert (elsewhere.status_code, "zoe" in elsewhere.text) == (404, False)


@pytest.mark.parametrize(
    ("minted", "sentence"),
    [
        ("{like: nobody}", "`minted` is `like` a caller that the fixtures do not have."),
        ("{like: 7}", "`minted` is `like` a caller that is named by a string."),
        ("{permissions: all}", "The `permissions` of minted credentials are a list of strings."),
        ("{caller: ada}", "leave 'caller' out"),
        ("{refused: gone}", "leave 'refused' out"),
        ("7", "minted should be a list of rows"),
    ],
)
def test_what_minted_ones_start_from_is_checked(serve: Serve, minted: str, sentence: str) -> None:
    (told,) = messages(serve, f"credentials: {{Key: {KEYS}}}\nminted: {minted}\n{WIDGETS}")
    assert sentence in told
    assert "fixtures/shop.yaml:2:" in told


def test_a_scheme_or_a_collection_may_be_called_minted(serve: Serve) -> None:
    mock = serve(
        spec("[{minted: []}]").replace("/widgets", "/minted"),
        "credentials: {minted: {m: {caller: max}}}\nminted: [{id: w1, name: One}]",
    )
    assert mock.get("/minted", headers={"x-minted": "m"}).json() == [{"id": "w1", "name": "One"}]
