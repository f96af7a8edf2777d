"""The banner of `serve`."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.router import Router
from mockade.cli.banner import banner, curl_line
from tests.harness import Mock
from tests.servers import curl_request


def test_the_banner_names_base_urls_credentials_and_a_curl_line() -> None:
    apis = load_apis(find_files(names=["meshmap"]))
    lines = [click.unstyle(line) for line in banner(apis, Router(apis).base_paths, "http://host:1")]
    assert lines[0] == f"meshmap  MeshMap Core API, {len(apis['meshmap'].contract.operations)} operations"
    assert lines[1] == "  base URL   http://host:1/api/v1 or http://host:1"
    assert lines[2].startswith("  AppApiKey  meshmap-demo-key (demo)")
    assert lines[3].startswith(
        "  try        curl -s -H 'x-app-api-key: meshmap-demo-key' http://host:1/api/v1/"
    )
    assert lines[-1] == "Docs: http://host:1/_mockade/docs/"


@pytest.mark.parametrize("name", sorted(find_files()))
def test_the_curl_line_of_every_bundled_api_is_answered(make_mock: Callable[..., Mock], name: str) -> None:
    mock = make_mock(name)
    request = curl_request(curl_line(mock.apis[name], "http://localhost"))
    answer = mock.request(request.method, request.url.path, headers=request.headers, content=request.content)
    assert answer.is_success, answer.text
