"""The lines of `connect:`, which lead a client to the mock."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from mockade.catalogue.connecting import connect_variables
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.router import Router
from mockade.cli.banner import banner
from mockade.errors import SetupError
from tests.contracts import contract, crud

Home = Callable[..., Path]

SERVER = {"shop.yaml": contract(crud("/widgets")).replace("paths:", "servers: [{url: /api}]\npaths:", 1)}


def told(folder: Path | None = None, *names: str) -> list[str]:
    """The lines of the banner that say how to connect, without their indentation."""
    apis = load_apis(find_files(folder, names=names))
    lines = [click.unstyle(line) for line in banner(apis, Router(apis).base_paths, "http://h:1/@ada")]
    at = next((at for at, line in enumerate(lines) if line.startswith("  connect ")), None)
    if at is None:
        return []
    others = [line for line in lines[at + 1 :] if line.strip()]
    more = others[: next(n for n, line in enumerate(others) if line[2] != " ")]
    return [lines[at].removeprefix("  connect").strip(), *(line.strip() for line in more)]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "rallyhere",
            [
                f"-rallyhereurl=http://h:1/@ada -rallyhereclientid=game-{one} "
                f"-rallyhereclientsecret={one}-secret"
                for one in ("client", "server")
            ],
        ),
        (
            "playcamp",
            [
                "PLAYCAMP_BASE_URL=http://h:1/@ada",
                "PLAYCAMP_SERVER_KEY=ak_server_demo:secret",
                "PLAYCAMP_CLIENT_KEY=ak_client_demo:secret",
            ],
        ),
        (
            "meshmap",
            ["POST http://h:1/@ada/api/v1/auth/code with the header x-app-api-key: meshmap-demo-key"],
        ),
    ],
)
def test_the_start_says_what_each_vendors_client_is_told(name: str, lines: list[str]) -> None:
    assert told(None, name) == lines


def test_what_the_bundled_lines_give_away_are_credentials() -> None:
    apis = load_apis(find_files())
    secrets = {secret for api in apis.values() for _, secret in api.callers}
    lines = " ".join(line for api in apis.values() for line in api.fixtures.connect)
    pairs = re.findall(r"clientid=(\S+) -\w+secret=(\S+)", lines)
    told = [*map(":".join, pairs), *re.findall(r"_KEY=(\S+)", lines), *re.findall(r"-key: (\S+)", lines)]
    assert len(told) == 5
    assert secrets.issuperset(told)


def test_a_fixture_file_says_how_to_connect_with_the_contracts_base_path(home: Home) -> None:
    folder = home(specs=SERVER, fixtures={"shop.yaml": "connect: ['SHOP={url}', '--shop {url}/']"})
    assert told(folder) == ["SHOP=http://h:1/@ada/api", "--shop http://h:1/@ada/api/"]
    assert told(home(fixtures={"shop.yaml": "widgets: []"})) == []
    assert told(home(fixtures={"shop.yaml": "connect: []"})) == []


def test_lines_that_set_variables_are_told_from_others() -> None:
    lines = ["A_URL={url}", "KEY=a=b", "-flag={url}", "GET {url}?a=b", "1A=x", "EMPTY="]
    assert connect_variables(lines, "http://h") == {"A_URL": "http://h", "KEY": "a=b", "EMPTY": ""}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[ok, 'X={ulr}']", "{ulr} in `connect` stands for nothing; {url} is what stands before the "
         "contract's paths. Did you mean 'url'?"),
        ("['{}']", "{} in `connect` stands for nothing"),
        ("['{url} {host}']", "{host} in `connect` stands for nothing"),
        ("[ok, 7]", "A line of `connect` is one line of text"),
        ("['']", "A line of `connect` is one line of text"),
        ('["a\\nb"]', "A line of `connect` is one line of text"),
        ('["\\x1b[31m"]', "A line of `connect` is one line of text"),
        ("X={url}", "`connect` is a list of lines"),
        ("{X: '{url}'}", "`connect` is a list of lines"),
        ("", "`connect` is a list of lines"),
        ("[ok, {a: b}]", "A line of `connect` is one line of text"),
    ],
)  # fmt: skip
def test_a_line_that_leads_nowhere_is_an_error_at_the_start(home: Home, value: str, message: str) -> None:
    folder = home(specs=SERVER, fixtures={"shop.yaml": f"widgets: []\nconnect: {value}"})
    with pytest.raises(SetupError) as raised:
        load_apis(find_files(folder))
    (finding,) = raised.value.findings
    assert message in finding.message
    assert (finding.place.line or 0) >= 2


def test_a_collection_of_that_name_has_its_rows(home: Home) -> None:
    specs = {"shop.yaml": contract(crud("/connect"))}
    folder = home(specs=specs, fixtures={"shop.yaml": "connect: {repeat: 2, like: {id: 'c{n}', name: C}}"})
    assert len(load_apis(find_files(folder))["shop"].fixtures.rows["connect"]) == 1
    folder = home(fixtures={"shop.yaml": "connect: [{id: c1, name: C}]"})
    assert load_apis(find_files(folder))["shop"].fixtures.rows["connect"] == [{"id": "c1", "name": "C"}]
