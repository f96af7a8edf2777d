"""What a running server tells its user: what is served, and one line per request with the reason of a no."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping

import click
import orjson

from mockade.api import Api
from mockade.contract.operations import Operation
from mockade.contract.violations import ABSENT
from mockade.journal import Exchange
from mockade.switchboard import OWN

READY = "Mockade is ready:"
"""How the ready line begins; the base URL follows. Scripts may wait for it."""


def say(text: str) -> None:
    """Print a line at once; a reader that has gone is no reason to stop serving."""
    try:
        click.echo(text)
        sys.stdout.flush()
    except (OSError, ValueError):
        return


def introduction(apis: Mapping[str, Api], url: str) -> Iterator[str]:
    """What is served: each API's base URL, credentials, and a curl line to paste."""
    for stem, api in apis.items():
        bases = " and ".join(f"{url}{base}" for base in ["", *api.contract.base_paths()])
        count = len(api.contract.operations)
        yield f"{click.style(stem, bold=True)}  {api.contract.title}, {count} operation{'s' * (count != 1)}, at {bases}"
        for scheme in api.fixtures.credentials:
            yield f"  {scheme}: {', '.join(_credentials(api, scheme))}"
        line = curl_line(api, url)
        if line:
            yield f"  {click.style(line, fg='cyan')}"
    yield f"Docs: {url}{OWN}/docs/"


def _credentials(api: Api, scheme: str) -> Iterator[str]:
    for (name, secret), caller in api.callers.items():
        if name == scheme:
            note = (
                f"refused: {caller.refused}" if caller.refused else caller.id if caller.id != secret else ""
            )
            yield f"{secret} ({note})" if note else secret


def curl_line(api: Api, url: str) -> str:
    """A request that works when pasted: a GET if there is one whose parameters are known, else a POST."""
    operations = sorted(api.contract.operations, key=lambda one: (one.method != "GET", "{" not in one.path))
    for operation in operations:
        if operation.method not in ("GET", "POST"):
            continue
        path = _path(api, operation)
        secret = _secret(api, operation)
        if path is None or secret is None:
            continue
        words = ["curl", "-s", *secret]
        if operation.body is not None:
            body = next((c.example for c in operation.body.contents.values()), ABSENT)
            if body is ABSENT:
                continue
            words += ["-H", "Content-Type: application/json", "-d", orjson.dumps(body).decode()]
        return shlex.join([*words, url + path])
    return ""


def _path(api: Api, operation: Operation) -> str | None:
    """The operation's path with examples for its parameters, None where one of them is not known."""
    path = operation.path
    for parameter in operation.parameters:
        if parameter.where == "path":
            value = parameter.example
            if value is ABSENT:
                value = next(
                    (key for name, key in api.first_keys() if name in operation.path.split("/")), ABSENT
                )
            if value is ABSENT:
                return None
            path = path.replace("{" + parameter.name + "}", str(value))
        elif parameter.required:
            return None
    return path


def _secret(api: Api, operation: Operation) -> list[str] | None:
    """The curl words that carry a credential for the operation; None when no one may call it."""
    if not operation.security:
        return []
    for alternative in operation.security:
        words: list[str] = []
        for scheme in alternative:
            found = _secret_for(api, operation, scheme)
            if found is None:
                break
            words += found
        else:
            return words
    return None


def _secret_for(api: Api, operation: Operation, scheme: str) -> list[str] | None:
    node = api.contract.security_schemes[scheme]
    for (name, secret), caller in api.callers.items():
        allowed = not operation.permissions or caller.holds(*operation.permissions)
        if name != scheme or caller.refused or not allowed:
            continue
        kind, where = node.text("type"), node.text("in")
        if kind == "apiKey":
            return {
                "header": ["-H", f"{node.text('name')}: {secret}"],
                "cookie": ["-b", f"{node.text('name')}={secret}"],
            }.get(where)
        if kind == "http" and node.text("scheme").lower() == "basic":
            return ["-u", secret]
        return ["-H", f"Authorization: Bearer {secret}"]
    return None


def request_lines(exchange: Exchange, *, verbose: bool = False) -> Iterator[str]:
    """One line for an exchange; under a refusal what was wrong, and where the contract says so."""
    status = exchange.status
    colour = "green" if status < 400 else "yellow" if status < 500 else "red"
    who = exchange.answered_by + (f" {exchange.api}.{exchange.operation}" if exchange.operation else "")
    caller = f"  as {exchange.caller}" if exchange.caller else ""
    shown = click.style(str(status), fg=colour)
    yield f"{exchange.method} {exchange.path} {shown}  {who}{caller}  {exchange.took * 1000:.1f} ms"
    if status >= 400 and not exchange.violations and exchange.reason:
        yield f"    {exchange.reason}"
    for violation in exchange.violations:
        yield f"    {violation}"
    if verbose:
        for notice in exchange.notices:
            yield f"    notice: {notice}"
        for change in exchange.changes:
            verb = "added" if change.before is None else "removed" if change.after is None else "changed"
            yield f"    {verb} {change.collection} {change.key}"
