"""A contract behind an http(s) address, fetched once into a folder, with the files that it refers to."""

from __future__ import annotations

import queue
import re
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit

import httpx

from mockade.catalogue.files import Fetched
from mockade.contract.location import Location
from mockade.contract.reading import Tolerated, parse
from mockade.errors import Finding, Place, SetupError, reason

MAX_BYTES = 32 * 1024 * 1024
"""Decompressed bytes of all files together."""

MAX_SECONDS = 30.0
"""For all files together."""

_GRACE = 1.0
"""Seconds after these that a read which is under way may take."""

MAX_FILES = 200
"""Files that a contract may refer to."""

MAX_REDIRECTS = 5

_ENDINGS = (".yaml", ".yml", ".json")
_HEADERS = {"accept": "application/json, application/yaml, text/yaml, */*;q=0.5", "user-agent": "mockade"}


def is_url(word: str) -> bool:
    """Whether a word of the command line is an http(s) address."""
    return re.match(r"https?://", word, re.IGNORECASE) is not None


def shown_url(url: str) -> str:
    """An address without what may be secret in it: userinfo, query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"{url.partition('://')[0]}://…"
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme.lower(), host, parts.path, "", ""))


def fetch(url: str, folder: Path | None = None, *, client: httpx.Client | None = None) -> Fetched:
    """Fetch a contract and the files that it refers to, all of one origin, into a new folder.

    Raises SetupError, with one sentence, when the address answers otherwise than with such a document.
    """
    try:
        _origin(url)
        if not urlsplit(url).hostname:
            raise ValueError("it names no host")
    except ValueError as error:
        raise _refused(url, f"This is no address: {error}.") from None
    kept = folder or Path(tempfile.mkdtemp(prefix="mockade-"))
    try:
        with closing(client or httpx.Client(timeout=10.0, headers=_HEADERS)) as opened:
            fetched = _in_time(_Fetch(url, opened, kept.resolve()))
    except BaseException:
        if folder is None:
            shutil.rmtree(kept, ignore_errors=True)
        raise
    if folder is None:
        weakref.finalize(fetched, shutil.rmtree, kept, ignore_errors=True)
    return fetched


def _refused(url: str, message: str, mend: str = "") -> SetupError:
    return SetupError([Finding(Place(shown_url(url)), message, mend, "url")])


def _in_time(fetch: _Fetch) -> Fetched:
    """What is fetched, in a thread: httpx bounds each read, and not how many a head takes."""
    done: queue.SimpleQueue[Fetched | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(fetch.contract())
        except BaseException as error:
            done.put(error)

    threading.Thread(target=run, name="mockade-fetch", daemon=True).start()
    try:
        found = done.get(timeout=max(0.0, MAX_SECONDS + _GRACE))
    except queue.Empty:
        fetch.is_over = True
        raise _endless(fetch.url) from None
    if isinstance(found, BaseException):
        raise found
    return found


def _endless(url: str) -> SetupError:
    return _refused(url, f"This has not ended within {MAX_SECONDS:g} seconds.", "Is it the document itself?")


class _Fetch:
    """The fetching of one contract, with what is left of its bounds."""

    def __init__(self, url: str, client: httpx.Client, folder: Path) -> None:
        self.url = url
        self.is_over = False
        """Whether nobody waits for it any more: then nothing is written."""
        self._client = client
        self._folder = folder
        self._bytes_left = MAX_BYTES
        self._deadline = time.monotonic() + MAX_SECONDS
        self._files: dict[str, Path] = {}
        self._origin = ""

    def contract(self) -> Fetched:
        text, final = self._get(self.url)
        self._origin = _origin(final)
        path = self._keep(final, text, is_contract=True)
        pending = [(final, path)]
        while pending:
            base, file = pending.pop()
            for target in _files_in(self._data(base, file), base):
                if target in self._files or _origin(target) != self._origin:
                    continue  # what leads elsewhere is reported where the document is read
                if len(self._files) >= MAX_FILES:
                    raise _refused(self.url, f"This document refers to more than {MAX_FILES} files.")
                text, _ = self._get(target)
                pending.append((target, self._keep(target, text)))
        urls = {file: shown_url(url) for url, file in self._files.items()}
        return Fetched(path, shown_url(self.url), Location(path.parent, self._folder, urls))

    @staticmethod
    def _data(url: str, file: Path) -> Any:
        try:
            return parse(file, file.read_text(encoding="utf-8"), shown_url(url), Tolerated())
        except SetupError:
            return None  # reported with its place where the document is read

    def _keep(self, url: str, text: str, *, is_contract: bool = False) -> Path:
        """Write a file under the path that it has at its origin, so that relative references lead to it.

        That of the contract gets an ending if it has none.
        """
        steps = [unquote(step) for step in urlsplit(url).path.split("/")]
        steps = [re.sub(r"[^\w.@+ -]", "_", step) for step in steps if step not in ("", ".", "..")]
        path = self._folder.joinpath(*(steps or ["openapi"]))
        if is_contract and path.suffix.lower() not in _ENDINGS:
            ending = ".json" if text.lstrip()[:1] in "{[" else ".yaml"
            path = path.with_name(f"{path.name}{ending}")
        if self.is_over:
            raise _endless(url)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise _refused(url, f"This cannot be kept: {reason(error)}.") from None
        self._files[url] = path
        return path

    def _get(self, url: str) -> tuple[str, str]:
        """The text at an address, and the address that it came from in the end."""
        for _ in range(MAX_REDIRECTS + 1):
            try:
                with self._client.stream("GET", url) as answer:
                    if answer.is_redirect:
                        url = self._redirected(url, answer.headers.get("location", ""))
                        continue
                    if answer.status_code != 200:
                        message = (
                            f"This address answers {answer.status_code} {answer.reason_phrase}, not 200."
                        )
                        raise _refused(url, message, "Open it in a browser: is it the document itself?")
                    return self._text(url, answer), url
            except httpx.HTTPError as error:
                mend = "Is its server running, and are host and port right?"
                mend = mend if isinstance(error, httpx.ConnectError) else ""
                raise _refused(url, f"This address cannot be read: {_why(error)}.", mend) from None
            except httpx.InvalidURL as error:
                raise _refused(url, f"This is no address: {error}.") from None
        raise _refused(self.url, f"This address redirects more than {MAX_REDIRECTS} times.")

    def _redirected(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        same = _origin(url) == _origin(target)
        secured = (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname
        if not (same or secured):
            message = f"This address redirects to another server, {shown_url(target)}, which is not asked."
            raise _refused(url, message, "Give the address that it leads to, if you trust it.")
        return target

    def _text(self, url: str, answer: httpx.Response) -> str:
        """The decompressed text, read within the bounds of size and time."""
        data = bytearray()
        for chunk in answer.iter_bytes():
            data += chunk
            if len(data) > self._bytes_left:
                raise _refused(url, f"This is larger than {MAX_BYTES // 2**20} MiB, decompressed.")
            if time.monotonic() > self._deadline:
                raise _endless(url)
        self._bytes_left -= len(data)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise _refused(url, "This is not UTF-8 text.", "Is it the document itself?") from None


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "it does not answer in time"
    return re.sub(r"^\[Errno -?[0-9]+\] ", "", str(error)).rstrip(".") or type(error).__name__


def _origin(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme.lower())
    return f"{parts.scheme.lower()}://{(parts.hostname or '').lower()}:{port}"


def _files_in(data: Any, base: str) -> Iterator[str]:
    """The addresses of the other files that `$ref`s of a file lead to, each once."""
    seen: set[str] = set()
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            ref = value.get("$ref")
            if isinstance(ref, str) and not ref.startswith("#"):
                try:
                    target = urldefrag(urljoin(base, ref)).url
                    _origin(target)
                except ValueError:  # reported with its place where the document is read
                    target = base
                if target != base and target not in seen:
                    seen.add(target)
                    yield target
            pending += value.values()
        elif isinstance(value, list):
            pending += value
