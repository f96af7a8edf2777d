"""The world of a running server, in which players play: its APIs over HTTP, its clock over control."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from mockade import __version__
from mockade.bots.player import Answer, ScriptFailure
from mockade.bots.players import ServerGone
from mockade.bots.requests import Request
from mockade.bots.script import Minted, Script, calls
from mockade.client.http import UNREACHABLE, ControlError
from mockade.client.remote import Remote
from mockade.contract.media_types import is_json
from mockade.contract.violations import ABSENT, violation_line
from mockade.hints import did_you_mean, shell_line

TIMEOUT = 60.0
"""Seconds that an answer may take."""

_EXCHANGE = "X-Mockade-Exchange"

_SETTING_BACK = {
    "resetWorld": "The world was reset",
    "restoreSnapshot": "The world was brought back to a snapshot",
    "rewindWorld": "The world was rewound",
}
"""By operation of the control API, what it means to players."""

_LONGEST = 500
"""Characters of a body that a message shows."""


class ServedWorld:
    """A world of a server. Without a `transport` it is asked over the network.

    `served_by` are the words with which the script's APIs are served, those of `mockade serve`.

    Raises ControlError where the server cannot be reached, or serves something else than the script calls.
    """

    def __init__(
        self,
        remote: Remote,
        script: Script,
        served_by: Sequence[str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._remote = remote
        self._bases = _bases(remote, script, served_by)
        verify = remote.url.startswith("https:")  # without it no certificates are read
        self._client = httpx.Client(transport=transport, timeout=TIMEOUT, trust_env=False, verify=verify)
        weakref.finalize(self, self._client.close)
        self.begin()

    def close(self) -> None:
        self._client.close()

    def begin(self) -> None:
        self._last = self._checked = 0
        """The newest entry of the journal that is ours, and the one up to which `set_back` has looked."""
        self._is_new = False
        """Whether the journal has begun anew: the server was started again, or the world made again."""

    def now(self) -> float:
        with self._reached():
            return self._remote.clock.now().timestamp()

    def advance(self, seconds: float) -> None:
        with self._reached():
            self._remote.clock.advance(seconds)

    def send(self, request: Request, player: str) -> Answer:
        agent = f"mockade-play/{__version__} ({quote(player, safe=' ')})"
        named = {"User-Agent": agent, **request.headers}
        headers = [(name.encode(), value.encode()) for name, value in named.items()]
        url = f"{self._bases[request.operation.api]}{request.path}"
        try:
            answer = self._client.request(
                request.operation.method, url, headers=headers, content=request.content or None
            )
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # the last two: it cannot be sent
            with self._reached():
                self._remote.health()
            raise ConnectionError(f"{type(error).__name__}: {error}.") from None
        self._note_exchange(answer.headers.get(_EXCHANGE, ""))
        return Answer(answer.status_code, answer.headers, _body(answer))

    def mint(self, minted: Minted) -> Mapping[str, Any]:
        with self._reached():
            try:
                return self._remote.credentials.mint(minted.api, **minted.facts)
            except ControlError as error:
                if error.status == UNREACHABLE:
                    raise
                raise ScriptFailure(minted.place, f"No such credential is made: {error}") from None

    def reason(self, request: Request, answer: Answer) -> str:
        """As the journal has it, in which secrets are redacted."""
        number = answer.headers.get(_EXCHANGE, "")
        with self._reached():
            page = self._remote.ask("GET", "/journal", after=int(number) - 1, limit=1) if number else {}
        entry = next(iter(page.get("exchanges", ())), None)
        if entry is None or str(entry["id"]) != number or entry["request"] is None:
            return f"  sent: {request.operation.method} {request.path.partition('?')[0]}"
        sent, said = entry["request"], entry["response"]
        query = f"?{sent['query']}" if sent["query"] else ""
        return "\n".join(
            [
                f"  sent: {sent['method']} {sent['path']}{query}{_shown(sent['body'])}",
                f"  answered: {said['status']}{_shown(said['body'])}",
                *([f"  why: {entry['reason']}"] if entry.get("reason") else []),
                *(f"  {violation_line(one)}" for one in entry["violations"]),
            ]
        )

    def set_back(self) -> str:
        if self._is_new:
            self._is_new = False
            return "The world was made anew"
        if not self._last:
            return ""
        with self._reached():
            entries = self._remote.journal.after(self._checked)
        happened = [_SETTING_BACK.get(one["operation"], "") for one in entries if one["api"] is None]
        self._checked = self._last
        return next(filter(None, happened), "")

    def _note_exchange(self, number: str) -> None:
        if not number.isdecimal():
            return
        if not self._last:
            self._checked = int(number)
        elif int(number) <= self._last:
            self._is_new, self._checked = True, 0
        self._last = int(number)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Makes ServerGone of a server that does not answer."""
        try:
            yield
        except ControlError as error:
            if error.status == UNREACHABLE:
                raise ServerGone(str(error)) from None
            raise


def _bases(remote: Remote, script: Script, served_by: Sequence[str]) -> dict[str, str]:
    """By API that the script calls, what stands before its paths."""
    served = {one["name"]: one for one in remote.apis()}
    found: dict[str, str] = {}
    for call in calls([*script.steps, *script.leave]):
        api, operation = call.operation.api, call.operation
        facts = served.get(api)
        if facts is None:
            names = ", ".join(sorted(served))
            start = shell_line(["mockade", "serve", *served_by])
            mend = f"Start it with `{start}`, or say where it is with --url."
            raise ControlError(409, f"The server at {remote.url} serves {names}, and not {api}. {mend}")
        known = {one["operation"]: (one["method"], one["path"]) for one in facts["operations"]}
        if known.get(operation.id) != (operation.method, operation.path):
            what = f"{operation.id} at {operation.method} {operation.path}"
            message = f"The {api} that is served at {remote.url} has no {what}: it is of another contract."
            raise ControlError(409, f"{message} {did_you_mean(operation.id, known)}")
        found[api] = f"{remote.url}{facts['base_urls'][-1]}"
    return found


def _body(answer: httpx.Response) -> Any:
    if not answer.content:
        return ABSENT
    if is_json(answer.headers.get("Content-Type", "")):
        try:
            return orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            return answer.text
    return answer.text


def _shown(body: Any) -> str:
    if body is None:
        return ""
    text = body if isinstance(body, str) else orjson.dumps(body).decode()
    return f" {text[:_LONGEST]}{'…' if len(text) > _LONGEST else ''}"
