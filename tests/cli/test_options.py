"""The options that commands share, and their values. Holds `cli/option_values.py` and
`cli/store_options.py` too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.cli.options import PORT, seconds
from tests.cli.commands import run
from tests.contracts import contract, crud


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--idle", "soon"], "'soon' is no duration: write numbers with ms, s, m, h or d"),
        (["--idle", "-1"], "'-1' is no duration"),
        (["--idle", "nan"], "'nan' is no duration"),
        (["--workers", "0"], "0 is out of bounds: write one from 1 to 256"),
        (["--workers", "100000"], "100000 is out of bounds: write one from 1 to 256"),
        (["--worlds", "0"], "0 is out of bounds: write one from 1 on"),
        (["--journal", "-1"], "-1 is out of bounds: write one from 0 on"),
        (["--ignore", "poling:getOrder"], "there is no rule 'poling'. Did you mean 'polling'?"),
        (["--token", "a b"], "a header carries letters, digits and signs of ASCII only"),
        (["--token", "ä"], "a header carries letters, digits and signs of ASCII only"),
        (["--token", "a\nb"], "a header carries letters, digits and signs of ASCII only"),
    ],
)
def test_a_value_that_cannot_be_is_a_sentence(words: list[str], sentence: str) -> None:
    result = run("serve", *words)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


@pytest.mark.parametrize(("text", "expected"), [("0", 0.0), ("90", 90.0), ("1.5", 1.5), ("1h30m", 5400.0)])
def test_durations_are_seconds_or_have_units(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize(
    "origin", ["localhost:3000", "https://game.example/", "https://game.example/page", ""]
)
def test_an_origin_that_no_browser_sends_is_a_sentence(origin: str) -> None:
    result = run("serve", "--cors", origin)
    assert result.exit_code == 2
    assert "write scheme://host or scheme://host:port, or *" in result.stderr


@pytest.mark.parametrize("host", ["http://game.example", "game.example:80", "game.example/hook", "a b", ""])
def test_a_webhook_host_that_is_none_is_a_sentence(host: str) -> None:
    result = run("serve", "--allow-webhooks", host)
    assert result.exit_code == 2
    assert "write a name or an address alone, without a port" in result.stderr


@pytest.mark.parametrize(
    "name",
    [
        *("HOME", "HOST", "PORT", "SEED", "STRICT", "MAX_BODY", "CORS", "ALLOW_WEBHOOKS", "TOKEN", "WORLDS"),
        *("IDLE", "JOURNAL", "VERBOSE", "QUIET", "CLOSED"),
    ],
)
def test_the_help_of_serve_names_each_variable(name: str) -> None:
    assert f"env var: MOCKADE_{name}" in " ".join(run("serve", "--help").stdout.split())


def test_the_port_is_the_one_that_is_documented() -> None:
    assert f"default: {PORT}" in " ".join(run("serve", "--help").stdout.split())


@pytest.mark.parametrize(("command", "rest"), [("serve", ["--port", "0"]), ("exec", ["--", "true"])])
@pytest.mark.parametrize(
    ("flags", "variables"), [(["--strict-contract"], {}), ([], {"MOCKADE_STRICT_CONTRACT": "1"})]
)
def test_strict_contract_refuses_the_start_with_every_slip(
    home: Callable[..., Path], command: str, rest: list[str], flags: list[str], variables: dict[str, str]
) -> None:
    spec = contract(crud("/widgets")) + "x-more: {}\n"
    sloppy = spec.replace("paths:\n", "paths:\n  /{b}: {get: {responses: {oops: {}}}}\n")
    folder = str(home(specs={"shop.yaml": sloppy}))
    result = run(command, "--home", folder, *flags, *rest, **variables)
    assert result.exit_code == 2
    assert "which no path parameter declares" in result.stderr
    assert "'oops' is no status" in result.stderr
    assert "2 things to mend" in result.stderr


@pytest.mark.parametrize(("command", "rest"), [("serve", ["--port", "0"]), ("exec", ["--", "true"])])
@pytest.mark.parametrize(("flags", "variables"), [(["--closed"], {}), ([], {"MOCKADE_CLOSED": "1"})])
def test_closed_refuses_the_start_where_nobody_said_who_may_call(
    home: Callable[..., Path], command: str, rest: list[str], flags: list[str], variables: dict[str, str]
) -> None:
    spec = contract(crud("/widgets"), security=[{"Key": []}]).replace(
        "components:\n", "components:\n  securitySchemes: {Key: {type: http, scheme: bearer}}\n", 1
    )
    folder = str(home(specs={"shop.yaml": spec}))
    result = run(command, "--home", folder, *flags, *rest, **variables)
    assert result.exit_code == 2
    assert "Nobody can pass the security scheme 'Key'" in result.stderr
    assert "credentials: {Key: {some-secret: {caller: someone}}}" in result.stderr
