"""The banner of `serve`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.router import Router
from mockade.cli.banner import banner, curl_line
from tests.contracts import answers, contract, crud
from tests.harness import Mock, bundled
from tests.servers import curl_request
from tests.test_promises import family


def test_the_banner_names_base_urls_credentials_and_a_curl_line() -> None:
    apis = load_apis(find_files(names=["meshmap"]))
    lines = [click.unstyle(line) for line in banner(apis, Router(apis).base_paths, "http://host:1")]
    assert lines[0] == f"meshmap  MeshMap Core API, {len(apis['meshmap'].contract.operations)} operations"
    told = [" ".join(line.split()) for line in lines]
    assert told[1] == "base URL http://host:1/api/v1 or http://host:1"
    assert told[2].startswith("AppApiKey meshmap-demo-key (demo)")
    assert told[3] == "SessionToken meshmap-demo-session (user-cleo)"
    assert told[4].startswith("connect POST http://host:1/api/v1/")
    assert told[5].startswith("try curl -s -H 'x-app-api-key: meshmap-demo-key' http://host:1/api/v1/")
    assert lines[-3] == "Console: http://host:1/_mockade/"
    assert lines[-1] == "Docs: http://host:1/_mockade/docs/"


@pytest.mark.parametrize(
    ("names", "told"),
    [(["meshmap"], "Contract: {}/meshmap/"), (["meshmap", "playcamp"], "Contracts: {}/API/")],
)
def test_the_start_says_where_a_contract_is_served(names: list[str], told: str) -> None:
    apis = load_apis(find_files(names=names))
    *_, line, _docs = banner(apis, Router(apis).base_paths, "http://host:1")
    assert line == told.format("http://host:1/_mockade/docs") + "openapi.json"


def test_made_up_rows_are_told_in_one_line(home: Callable[..., Path]) -> None:
    folder = home(specs={"shop.yaml": contract(crud("/widgets"))})

    def told() -> list[str]:
        apis = load_apis(find_files(folder))
        lines = [click.unstyle(line) for line in banner(apis, Router(apis).base_paths, "http://h:1", rows=3)]
        return [line for line in lines if line.startswith("  rows")]

    (line,) = told()
    assert line.endswith(
        "made up, 3 in each collection; --rows 0 for none; to edit them: "
        f"mockade rows shop --home {folder} --write"
    )
    home(fixtures={"shop.yaml": "widgets: []"})
    assert told() == []


def test_what_can_be_called_without_a_credential_is_told(home: Callable[..., Path]) -> None:
    paths = {f"/{name}": {"get": answers(200)} for name in ("a", "b", "c", "d", "e", "f")}
    for item in paths.values():
        item["get"]["security"] = [{}, {"S": []}]
    paths["/f"]["get"]["security"] = [{"T": []}]
    schemes = "{S: {type: http, scheme: basic}, T: {type: mutualTLS}}"
    folder = home(specs={"shop.yaml": contract(paths).replace(
        "components:", f"components:\n  securitySchemes: {schemes}"
    )})  # fmt: skip
    apis = load_apis(find_files(folder))
    told = [click.unstyle(line).split() for line in banner(apis, Router(apis).base_paths, "http://h:1")]
    assert [" ".join(words[1:]) for words in told if words[:1] == ["open"]][1:] == [
        "get_a, get_b, get_c, get_d and 1 more: need no credential: {} is among their alternatives",
        "get_f: ask for a client certificate alone, which is not seen here",
    ]


@pytest.mark.parametrize("name", sorted(find_files()))
def test_the_curl_line_of_every_bundled_api_is_answered(make_mock: Callable[..., Mock], name: str) -> None:
    mock = make_mock(*family(name))
    request = curl_request(curl_line(mock.apis[name], "http://localhost"))
    answer = mock.request(request.method, request.url.path, headers=request.headers, content=request.content)
    assert answer.is_success, answer.text


def test_the_curl_line_is_no_long_poll_where_there_is_another_call() -> None:
    api = bundled(tuple(family("rallyhere_notification")))["rallyhere_notification"]
    assert "'Authorization: Bearer ada' /notification/v1/player/me/notification" in curl_line(api, "")


def secured(scheme: str, method: str = "get") -> str:
    """A shop with one operation, which asks for the scheme `S`."""
    paths = {"/me": {method: {"security": [{"S": []}], **answers(200, {"type": "string"})}}}
    return contract(paths).replace("components:", f"components:\n  securitySchemes: {{S: {scheme}}}")


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ("{type: http, scheme: bearer}", "-H 'Authorization: Bearer anything'"),
        ("{type: http, scheme: basic}", "-u anyone:anything"),
        ("{type: http, scheme: digest}", "-H 'Authorization: Digest anything'"),
        ("{type: oauth2, flows: {}}", "-H 'Authorization: Bearer anything'"),
        ("{type: apiKey, in: header, name: X-Key}", "-H 'X-Key: anything'"),
        ("{type: apiKey, in: query, name: key}", "-G --data-urlencode key=anything"),
        ("{type: apiKey, in: cookie, name: sid}", "-b sid=anything"),
    ],
)
def test_an_open_scheme_is_told_in_one_line_and_the_curl_line_passes_it(
    serve: Callable[..., Mock], scheme: str, words: str
) -> None:
    apis = serve(secured(scheme)).apis
    lines = [click.unstyle(line) for line in banner(apis, Router(apis).base_paths, "http://host:1")]
    told = "S: any well-formed credential will do; --closed refuses to start so"
    assert lines[2] == f"  open      {told}"
    assert lines[3] == f"  try       curl -s {words} http://host:1/me"


def test_a_key_in_the_query_of_what_is_no_get_makes_no_curl_line(serve: Callable[..., Mock]) -> None:
    mock = serve(secured("{type: apiKey, in: query, name: key}", "post"))
    assert curl_line(mock.apis["shop"], "http://host:1") == ""


def test_the_slips_of_a_contract_are_counted_in_one_line_with_the_worst(serve: Callable[..., Mock]) -> None:
    paths = {"/b": {"get": {"operationId": "b"}}, "/a": {"get": answers(200, {"type": "int"})}}
    apis = serve(contract(paths)).apis
    lines = [click.unstyle(line) for line in banner(apis, Router(apis).base_paths, "http://host:1")]
    (told,) = [line for line in lines if "slip" in line]
    (stem,) = apis
    assert told.startswith(f"  {stem}: 2 slips in the contract, the worst at ")
    assert told.endswith(": There is no type 'int'. `mockade validate` tells all.")
    sound = serve(contract({"/a": {"get": answers(200, {"type": "integer"})}})).apis
    assert not any("slip" in line for line in banner(sound, Router(sound).base_paths, "http://host:1"))


def test_a_slip_of_one_api_leaves_the_others_as_they_are(
    home: Callable[..., Path], make_mock: Callable[..., Mock]
) -> None:
    sloppy = contract({"/a": {"get": answers(200, {"type": "int"}), "put": {"operationId": "put_a"}}})
    sound = contract({"/c": {"get": answers(200, {"type": "integer"})}})
    mock = make_mock(home=home(specs={"shop.yaml": sloppy, "other.yaml": sound}))
    assert {stem: len(api.contract.findings) for stem, api in mock.apis.items()} == {"shop": 2, "other": 0}
    assert [mock.get(path).status_code for path in ("/a", "/c")] == [200, 200]
