"""What a running server tells its user: what is served, and one line per request with the reason of a no."""

from __future__ import annotations

import os
import queue
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import click
import orjson

from mockade.api import Api
from mockade.catalogue import bundled
from mockade.contract.operations import Operation, is_json
from mockade.contract.violations import ABSENT
from mockade.errors import shown_path
from mockade.journal import Exchange
from mockade.switchboard import OWN

READY = "Mockade is ready:"
"""How the ready line begins; the base URL follows. Scripts may wait for it."""

BACKLOG = 10_000
"""Lines that wait for a slow reader; what comes then is counted and not shown."""

WIDEST = 90
"""Characters of a line of credentials."""

LAST_WORDS = 1.0
"""Seconds that the reader has for the lines that are left when the server ends."""


class Voice:
    """Prints lines from a thread of its own, so that neither a reader that has gone nor one that does not
    read (a test runner that took the ready line and left the pipe to fill) holds up the server.
    """

    def __init__(self) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue(BACKLOG)
        self._unsaid = 0
        self._thread = threading.Thread(target=self._speak, name="mockade-log", daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """Print a line soon, in the order of saying."""
        missing = f"({self._unsaid} lines are missing: nobody read them in time.)"
        try:
            if self._unsaid:
                self._lines.put_nowait(missing)
                self._unsaid = 0
            self._lines.put_nowait(text)
        except queue.Full:
            self._unsaid += 1

    def close(self) -> bool:
        """Whether all that was said has been printed, or has nobody left to read it."""
        try:
            self._lines.put(None, timeout=LAST_WORDS)
        except queue.Full:
            return False
        self._thread.join(LAST_WORDS)
        return not self._thread.is_alive()

    def _speak(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")
        heard = True
        while (text := self._lines.get()) is not None:
            if heard:
                heard = _printed(text)


def _printed(text: str) -> bool:
    """Print a line; False when nobody is there to read it."""
    try:
        click.echo(text)
    except (OSError, ValueError):
        _let_go_of_stdout()
        return False
    return True


def _let_go_of_stdout() -> None:
    """Point stdout at nothing: Python flushes it once more at its end, and would complain of the pipe."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
    except (OSError, ValueError):
        return


def introduction(apis: Mapping[str, Api], bases: Mapping[str, Sequence[str]], url: str) -> Iterator[str]:
    """What is served: each API's base URLs, credentials, and a curl line to paste.

    `bases` are the paths that stand before an API's own, the published ones last.
    """
    for stem, api in apis.items():
        count = len(api.contract.operations)
        yield f"{click.style(stem, bold=True)}  {api.contract.title}, {count} operation{'s' * (count != 1)}"
        named = [("base URL", " or ".join(f"{url}{base}" for base in reversed(bases[stem])))]
        for scheme in api.fixtures.credentials:
            first, *others = _in_lines(list(_credentials(api, scheme))) or [""]
            named += [(scheme, first), *(("", line) for line in others)]
        line = curl_line(api, url + bases[stem][-1])
        if line:
            named.append(("try", click.style(line, fg="cyan")))
        wide = max(len(name) for name, _ in named)
        for name, text in named:
            yield f"  {name:{wide}}  {text}"
        yield ""
    yield f"Docs: {url}{OWN}/docs/"


def _in_lines(words: Sequence[str]) -> list[str]:
    """The words in one line where they have room, else one in a line."""
    line = ", ".join(words)
    return [line] if len(line) <= WIDEST else list(words)


def _credentials(api: Api, scheme: str) -> Iterator[str]:
    for (name, secret), caller in api.callers.items():
        if name == scheme:
            note = (
                f"refused: {caller.refused}" if caller.refused else caller.id if caller.id != secret else ""
            )
            yield f"{secret} ({note})" if note else secret


def curl_line(api: Api, url: str) -> str:
    """A request that works when pasted: a GET if there is one whose parameters are known, else a POST.

    `url` is what stands before the API's own paths. Empty when no operation is known well enough.
    """
    operations = sorted(api.contract.operations, key=lambda one: (one.method != "GET", "{" in one.path))
    for operation in operations:
        path, secret = _path(api, operation), _secret(api, operation)
        if operation.method not in ("GET", "POST") or path is None or secret is None:
            continue
        words = ["curl", "-s", *secret]
        if operation.body is not None:
            contents = [c for name, c in operation.body.contents.items() if is_json(name)]
            body = contents[0].example if contents else ABSENT
            if body is ABSENT:
                continue
            words += ["-H", "Content-Type: application/json", "-d", orjson.dumps(body).decode()]
        return _pasted([*words, url + path])
    return ""


def _pasted(words: Sequence[str]) -> str:
    """The words as the shell of this system takes them."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _path(api: Api, operation: Operation) -> str | None:
    """The operation's path with known values for its parameters, None where one of them is not known."""
    path = operation.path
    for parameter in operation.parameters:
        if parameter.where == "path":
            value = _first_key(api, operation, parameter.name)
            if value is None:
                value = parameter.example
            if value is ABSENT:
                return None
            path = path.replace("{" + parameter.name + "}", quote(str(value), safe=""))
        elif parameter.required:
            return None
    return path


def _first_key(api: Api, operation: Operation, parameter: str) -> str | None:
    """The key of the first row that a path parameter can mean: its collection is keyed so, or in the path."""
    for name, key in api.first_keys():
        if api.shelves[name].collection.key == parameter or name in operation.path.split("/"):
            return key
    return None


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


def _secret_for(api: Api, operation: Operation, name: str) -> list[str] | None:
    scheme = api.contract.security_schemes[name]
    if scheme.carrier not in ("header", "cookie"):
        return None
    for (lender, secret), caller in api.callers.items():
        allowed = not operation.permissions or caller.holds(*operation.permissions)
        if lender != scheme.lender or caller.refused or not allowed:
            continue
        if scheme.is_basic:
            return ["-u", secret]
        word = f"{scheme.challenge} " if scheme.challenge else scheme.prefix
        if scheme.carrier == "cookie":
            return ["-b", f"{scheme.field}={word}{secret}"]
        return ["-H", f"{scheme.field}: {word}{secret}"]
    return None


def request_lines(exchange: Exchange, apis: Mapping[str, Api], *, verbose: bool = False) -> Iterator[str]:
    """One line for an exchange; under a no what was wrong, where the contract says so, and what to do."""
    status = exchange.status
    colour = "green" if 0 < status < 400 else "yellow" if 0 < status < 500 else "red"
    who = exchange.answered_by + (f" {exchange.api}.{exchange.operation}" if exchange.operation else "")
    caller = f"  as {exchange.caller}" if exchange.caller else ""
    shown = click.style(str(status or "---"), fg=colour)
    took = f"{exchange.took * 1000:.1f} ms"
    asked = f"{exchange.path}?{exchange.query}" if exchange.query else exchange.path
    yield f"{exchange.method} {plain(asked)} {shown}  {plain(who + caller)}  {took}"
    if status >= 400 or exchange.answered_by == "fault":
        if exchange.reason and not (exchange.violations and exchange.answered_by == "engine"):
            yield f"    {plain(exchange.reason)}"
        for violation in exchange.violations:
            yield f"    {plain(str(violation))}"
        todo = _todo(exchange, apis.get(exchange.api))
        if todo:
            yield f"    {click.style('→', bold=True)} {plain(todo)}"
    if verbose:
        for notice in exchange.notices:
            yield f"    notice: {plain(str(notice))}"
        for change in exchange.changes:
            verb = "added" if change.was is None else "removed" if change.became is None else "changed"
            yield f"    {verb} {plain(f'{change.collection} {change.key}')}"


def _todo(exchange: Exchange, api: Api | None) -> str:
    """What to do about a no, where its reason does not say so itself."""
    if exchange.answered_by == "mockade" and exchange.status >= 500:
        return "The request is not at fault: mend the handler, the fixtures or the contract."
    if exchange.answered_by != "engine" or api is None:
        return ""
    if exchange.violations:
        return f"Mend the request. What it may be: {OWN}/docs/{api.stem}/"
    operation = next((one for one in api.contract.operations if one.id == exchange.operation), None)
    if operation is not None and exchange.status in (401, 403):
        words = _secret(api, operation)
        return f"This one may: curl {_pasted(words)}" if words else ""
    if operation is None and exchange.status == 404:
        return f"What is served: mockade routes {api.stem}{_home_of(api)}"
    return ""


def _home_of(api: Api) -> str:
    """The option that finds an API which is not bundled."""
    folder = api.contract.document.path.parent
    return "" if folder == bundled("specs") else f" --home {shown_path(folder.parent)}"


def plain(text: str) -> str:
    """Text that callers sent, safe to print: no line breaks, and nothing that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
