"""The base paths that a contract's `servers` name, at every level (`contract/servers.py`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.servers import MOST
from tests.contract.documents import contract_of
from tests.harness import Mock

OK = {"responses": {"200": {"description": "", "content": {"application/json": {"example": {"ok": True}}}}}}


def bases(tmp_path: Path, *servers: Any) -> tuple[list[str], list[str]]:
    """The base paths of a document with these servers, and what is said of them."""
    contract = contract_of(tmp_path, servers=list(servers))
    return contract.base_paths(), [f"{one.severity}: {one.message}" for one in contract.findings]


@pytest.mark.parametrize(
    ("server", "paths"),
    [
        ({"url": "https://x.test/v1/"}, ["/v1"]),
        ({"url": "https://x.test"}, []),
        ({"url": "/"}, []),
        ({"url": "v1"}, ["/v1"]),
        ({"url": "https://x.test/{v}", "variables": {"v": {"default": "a"}}}, ["/a"]),
        ({"url": "/{v}", "variables": {"v": {"default": "b", "enum": ["a", "b", "c"]}}}, ["/b", "/a", "/c"]),
        ({"url": "/{v}", "variables": {"v": {"enum": ["a"]}}}, ["/a"]),
        ({"url": "{base}/s", "variables": {"base": {"default": "https://x.test/deep"}}}, ["/deep/s"]),
        (
            {
                "url": "/{a}/{b}",
                "variables": {
                    "a": {"default": "1", "enum": ["1", "2"]},
                    "b": {"default": "3", "enum": ["4", "3"]},
                },
            },
            ["/1/3", "/1/4", "/2/3", "/2/4"],
        ),
    ],
)
def test_a_server_has_a_path_for_each_value_of_its_variables(
    tmp_path: Path, server: Any, paths: list[str]
) -> None:
    assert bases(tmp_path, server) == (paths, [])


def test_paths_are_served_once_and_up_to_a_bound_that_is_told(tmp_path: Path) -> None:
    assert bases(tmp_path, {"url": "https://a.test/v1"}, {"url": "https://b.test/v1"}) == (["/v1"], [])
    names = [str(number) for number in range(40)]
    variables = {"a": {"default": "0", "enum": names}, "b": {"default": "0", "enum": names}}
    found, said = bases(tmp_path, {"url": "/{a}/{b}", "variables": variables})
    assert found[0] == "/0/0"
    assert len(found) == MOST
    assert said == [f"info: These servers have {MOST + 1} base paths or more."]


def test_what_is_no_server_is_told_and_left_out(tmp_path: Path) -> None:
    found, said = bases(tmp_path, {"url": "http://[x/v1"}, {"url": "/v2"})
    assert found == ["/v2"]
    assert len(said) == 1
    assert said[0].startswith("warning: The server 'http://[x/v1' is no URL: ")
    assert bases(tmp_path, {"url": "/{v}"})[1] == ["warning: The server '/{v}' has no variable 'v'."]


def test_servers_of_a_path_and_of_an_operation_count_for_them_alone(serve: Callable[..., Mock]) -> None:
    paths = {
        "/plain": {"get": {"operationId": "plain", **OK}},
        "/own": {
            "servers": [{"url": "https://files.test/files"}],
            "get": {"operationId": "own", **OK},
            "put": {"operationId": "put", "servers": [{"url": "/deep"}], **OK},
        },
    }
    servers = [{"url": "https://x.test/v1"}]
    info = {"title": "T", "version": "1"}
    mock = serve(json.dumps({"openapi": "3.0.3", "info": info, "servers": servers, "paths": paths}))
    answers = {
        f"{method} {path}": mock.request(method, path).status_code
        for method, path in (
            ("GET", "/plain"),
            ("GET", "/v1/plain"),
            ("GET", "/own"),
            ("GET", "/files/own"),
            ("GET", "/v1/own"),
            ("PUT", "/deep/own"),
            ("PUT", "/files/own"),
        )
    }
    assert answers == {
        "GET /plain": 200,
        "GET /v1/plain": 200,
        "GET /own": 200,
        "GET /files/own": 200,
        "GET /v1/own": 404,
        "PUT /deep/own": 200,
        "PUT /files/own": 405,
    }
