"""The control API over one HTTP connection; a refusal is a ControlError that says what to do."""

from __future__ import annotations

import json
import socket
import threading
import weakref
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from mockade.client.answers import Answer
from mockade.errors import reason
from mockade.settings import TOKEN

V1 = "/_mockade/v1"
TOKEN_HEADER = "X-Mockade-Token"
LINES = "application/x-ndjson"
Body = bytes | Iterable[bytes] | None

_BLOCK = 64 * 1024
"""Bytes of a response that are read in one go."""

READING = 660.0
"""Seconds in which a server has to read what is imported: it may be hundreds of thousands of rows."""

MOST_TRIES = 20
"""How often what one of several workers does not have is asked for: each time over another connection."""

UNREACHABLE = 0
"""The status of an error without a response."""


class ControlError(Exception):
    """A refusal of the control API, or no response at all (`status` 0).

    `violations` are the contract's component Violation: all that is wrong with a request.
    """

    def __init__(self, status: int, detail: str, violations: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(status, detail, violations)
        self.status = status
        self.detail = detail
        self.violations = violations

    def __str__(self) -> str:
        return self.detail


class ControlConnection:
    """A persistent connection to a server, shared by threads one at a time. `url` names no world.

    `timeout` is how many seconds an answer may take: a large one takes its time. With `greeting` the server
    is asked first whether it is there, and has so many seconds to say so. Raises ControlError for a URL or a
    token that cannot be used.
    """

    def __init__(
        self, url: str, token: str = "", timeout: float = 60.0, greeting: float | None = None
    ) -> None:
        self.url = url.rstrip("/")
        if token and not TOKEN.fullmatch(token):
            message = (
                "The token cannot be sent: a header carries letters, digits and signs of ASCII, no spaces."
            )
            raise ControlError(UNREACHABLE, message)
        self._headers = {"Accept": "application/json", **({TOKEN_HEADER: token} if token else {})}
        self._connection, self._base = _opened(self.url, timeout)
        self._timeout = timeout
        self._greeting = greeting
        self._is_late = False
        """Whether the server was greeted, and did not say in time that it is there."""
        self._lock = threading.Lock()
        weakref.finalize(self, self._connection.close)

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        with self._lock:
            self._connection.close()

    def ask(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON of the control API's response, None where it has no body.

        `path` follows `/_mockade/v1`; what is None in `query` is left out. Raises ControlError for a refusal.
        """
        __tracebackhide__ = True
        self._greet_once()
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        for _ in range(MOST_TRIES):
            answer = self._exchange(method, self._target(path, query), data, headers)
            if not answer.is_elsewhere:
                break
        return self._json(answer)

    def upload(self, path: str, lines: Iterable[bytes], query: Mapping[str, Any]) -> Any:
        """The JSON of the response to a PUT of `lines`, which go out as they come, in blocks of any size."""
        self._greet_once()
        headers = {"Content-Type": LINES, "Transfer-Encoding": "chunked"}
        with self._patient(READING):
            answer = self._exchange("PUT", self._target(path, query), lines, headers)
        return self._json(answer)

    def download(self, path: str) -> Iterator[bytes]:
        """The response's body in blocks as they come. Raises ControlError for a refusal, or half a body.

        It comes over a connection of its own: other calls may be made while it is read.
        """
        with self._answered(path, {"Accept": f"{LINES}, application/json"}) as answer:
            try:
                while block := answer.read(_BLOCK):
                    yield block
            except (OSError, HTTPException) as error:
                raise ControlError(UNREACHABLE, self._unreachable(error)) from error

    def lines(
        self, path: str, headers: Mapping[str, str], query: Mapping[str, Any]
    ) -> Generator[bytes, None, None]:
        """The lines of an answer to a GET while they come, over a connection of their own.

        It ends with the answer, or with the connection; what never was is a ControlError, as a refusal is.
        """
        with self._answered(path, headers, query) as answer:
            try:
                while line := answer.readline():
                    yield line
            except (OSError, HTTPException):
                return

    @contextmanager
    def _answered(
        self, path: str, headers: Mapping[str, str], query: Mapping[str, Any] | None = None
    ) -> Iterator[HTTPResponse]:
        """An answer to a GET, yet to be read, over a connection of its own. A refusal is a ControlError."""
        self._greet_once()
        connection, _ = _opened(self.url, self._timeout)
        try:
            try:
                connection.request("GET", self._target(path, query), headers={**self._headers, **headers})
                answer = connection.getresponse()
                refusal = None if answer.status == 200 else Answer.read(answer)
            except (OSError, HTTPException, UnicodeError) as error:
                raise ControlError(UNREACHABLE, self._unreachable(error)) from error
            if refusal is not None:
                self._json(refusal)
            yield answer
        finally:
            connection.close()

    def _target(self, path: str, query: Mapping[str, Any] | None = None) -> str:
        parameters = {name: _query_value(value) for name, value in (query or {}).items() if value is not None}
        return f"{self._base}{V1}{path}" + (f"?{urlencode(parameters)}" if parameters else "")

    def _json(self, told: Answer) -> Any:
        __tracebackhide__ = True
        status, answer = told.status, told.json()
        if 200 <= status < 300 and (answer is not None or not told.data):
            return answer
        if isinstance(answer, dict) and "detail" in answer:
            raise ControlError(status, str(answer["detail"]), answer.get("violations", ()))
        message = (
            f"{self.url} answers {status}, and not as Mockade's control API does. Is it the right --url?"
        )
        raise ControlError(status, message)

    def _greet_once(self) -> None:
        """Ask whether the server is there. What it says does not matter: what comes next is told better."""
        if self._greeting is None:
            return
        patience, self._greeting = self._greeting, None
        # A timeout is of each read: who answers a byte a second would be waited for without an end.
        timer = threading.Timer(patience, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            with self._patient(patience):
                self._exchange("GET", self._target("/health"), None, {})
                if self._is_late:  # a head that was cut off looks whole
                    raise ControlError(UNREACHABLE, self._unreachable(TimeoutError()))
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        self._is_late = True
        connection = self._connection.sock
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _patient(self, seconds: float) -> Iterator[None]:
        """Wait so long for answers meanwhile, and then as before."""
        before = self._timeout
        self._set_timeout(seconds)
        try:
            yield
        finally:
            self._set_timeout(before)

    def _set_timeout(self, seconds: float) -> None:
        self._timeout = self._connection.timeout = seconds
        if self._connection.sock is not None:
            self._connection.sock.settimeout(seconds)

    def _exchange(self, method: str, target: str, body: Body, headers: Mapping[str, str]) -> Answer:
        with self._lock:
            try:
                return Answer.read(self._sent(method, target, body, headers))
            # The last of these is for a name that DNS cannot hold.
            except (OSError, HTTPException, UnicodeError) as error:
                self._connection.close()
                raise ControlError(UNREACHABLE, self._unreachable(error)) from error
            except BaseException:
                self._connection.close()  # half an answer may be left in it
                raise

    def _sent(self, method: str, target: str, body: Body, headers: Mapping[str, str]) -> HTTPResponse:
        """The head of the response to a request. A server that refuses a long body may not read it all."""
        self._close_if_ended()
        all_headers = {**self._headers, **headers}
        try:
            self._connection.request(
                method, target, body, all_headers, encode_chunked="Transfer-Encoding" in headers
            )
        except (BrokenPipeError, ConnectionResetError):
            if body is None or isinstance(body, bytes):
                raise
        return self._connection.getresponse()

    def _close_if_ended(self) -> None:
        """Close a connection that the server has closed: a request sent over it would be lost.

        This is checked before a request is sent, so that none is sent twice.
        """
        connection = self._connection.sock
        if connection is None:
            return
        connection.settimeout(0.0)
        try:
            connection.recv(1)  # nothing was asked, so that anything at all is the end
        except BlockingIOError:
            connection.settimeout(self._timeout)
            return
        except OSError:
            pass
        self._connection.close()

    def _unreachable(self, error: Exception) -> str:
        if isinstance(error, TimeoutError) or self._is_late:
            return (
                f"{self.url} does not answer within {self._timeout:g} seconds. Is it a Mockade that runs, "
                "and is not stopped? Say where it is with --url."
            )
        if isinstance(error, HTTPException) and not isinstance(error, OSError):
            return f"{self.url} does not speak HTTP, or ends in the middle of it ({type(error).__name__})."
        return (
            f"No Mockade can be reached at {self.url}: {reason(error)}. "
            "Is it running? Start it with `mockade serve`, or say where it is with --url."
        )


def _no_url(url: str) -> str:
    several = url.split()
    if len(several) > 1 and all("://" in one for one in several):  # as MOCKADE_URL has them for `world list`
        return f"{url!r} are {len(several)} servers, and one is asked here: name it with --url."
    return f"{url!r} is no URL of a server: write http://127.0.0.1:6464."


def _opened(url: str, timeout: float) -> tuple[HTTPConnection, str]:
    """A connection that is not opened yet, and the prefix of the control API's paths."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    sendable = (url.isascii() and url.isprintable() and " " not in url) and not (
        parts.query or parts.fragment
    )
    if parts.scheme not in ("http", "https") or not host or not sendable:
        raise ControlError(UNREACHABLE, _no_url(url))
    if parts.scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout), parts.path
    return HTTPConnection(host, port, timeout=timeout), parts.path


def _query_value(value: Any) -> str:
    """A query parameter's value as the contract has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
