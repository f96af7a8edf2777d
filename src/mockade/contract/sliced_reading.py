"""Text to data as `reading` has it, in slices: no call of a parser is for more than one element."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Generator
from typing import Any

import orjson
import yaml

from mockade.contract.reading import DEEPEST, nests_deeply, not_json, yaml_fault
from mockade.contract.repeated_keys import repeated_keys
from mockade.contract.yaml_reader import Data

NONE = -1
"""No level of lists."""

_STEPPED = 5
"""Levels of objects whose members are read one by one; the items of a list always are, and each at once."""

_BLOCK = 256 * 1024
"""Bytes of text that are decoded in one go."""

_SLICE = 24 * 1024
"""Characters after which a slice ends."""

_SPACE = re.compile(r"[ \t\n\r]*")
_scan = json.JSONDecoder().raw_decode

Steps = Generator[None, None, Any]


class NotJson(ValueError):
    """Why, and where, a text is no JSON that can be read: a sentence's end, such as `is not JSON: …`."""


def yaml_in_slices(raw: bytes, shown: str, packed: int = NONE) -> Steps:
    """The data of YAML text; `shown` is how messages name it.

    The objects and lists in lists that are `packed` levels down stay packed: `unpacked` reads them. Raises
    SetupError as `reading.parse` does, and UnicodeDecodeError for what is not UTF-8.
    """
    # Decoded as the parser asks for more: all of a large text at once would take longer than a slice may.
    text = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", newline="")
    try:
        return (yield from Data(text).steps(packed))
    except yaml.YAMLError as error:
        raise yaml_fault(error, raw.decode(), shown) from None


def unpacked(item: Any) -> tuple[Any, list[str]]:
    """An item of a list as data, and the keys that stand twice in it. Raises NotJson."""
    if type(item) is not bytes:
        return item, []
    if nests_deeply(item):
        raise NotJson(f"is nested more than {DEEPEST} levels deep")
    try:
        value = orjson.loads(item)
    except orjson.JSONDecodeError as error:
        raise NotJson(not_json(error)) from None
    return value, list(repeated_keys(item, value))


class JsonSlices:
    """Reads one JSON text. `json` of the standard library finds where an element ends, and orjson reads it:
    what JSON is, and what its numbers are, is the same as in every other body.

    The items of lists that are `packed` levels down are their text, as bytes: `unpacked` reads them.
    """

    def __init__(self, raw: bytes | memoryview, packed: int = NONE) -> None:
        self._packed = packed
        self.repeated: dict[str, None] = {}
        """The keys that stand twice in one object."""
        self._raw = raw
        self._read = 0
        """Bytes that were decoded."""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._begun = 0
        """Where the element began that was read last."""
        self._line, self._column = 1, 1
        """Where the text begins that is left."""
        self._since = 0
        """Characters that were read in this slice."""

    def value(self) -> Steps:
        """The data. Raises NotJson."""
        value = yield from self._value(0)
        self._skip_space()
        if self._at < len(self._text):
            raise self._fault("Extra data", self._at)
        return value

    def _value(self, level: int) -> Steps:
        mark = self._mark()
        if mark == "{" and level < _STEPPED:
            return (yield from self._object(level))
        if mark == "[" and level < _STEPPED:
            return (yield from self._list(level))
        return self._element(level)

    def _object(self, level: int) -> Steps:
        found: dict[str, Any] = {}
        self._at += 1
        if self._mark() == "}":
            self._at += 1
            return found
        while True:
            if self._mark() != '"':
                raise self._fault("Expecting a property's name in double quotes", self._at)
            name = self._element(level)
            if name in found:
                self.repeated[name] = None
            self._expect(":")
            found[name] = yield from self._value(level + 1)
            if self._ends("}"):
                return found
            yield from self._pause()

    def _list(self, level: int) -> Steps:
        found: list[Any] = []
        self._at += 1
        if self._mark() == "]":
            self._at += 1
            return found
        while True:
            self._mark()
            found.append(self._text_of_element() if level == self._packed else self._element(level + 1))
            if self._ends("]"):
                return found
            yield from self._pause()

    def _pause(self) -> Generator[None]:
        """Step aside where enough was read."""
        if self._since >= _SLICE:
            self._since = 0
            yield

    def _ends(self, mark: str) -> bool:
        """Whether the object or list ends here with `mark`, or goes on after a comma."""
        if self._mark() == mark:
            self._at += 1
            return True
        self._expect(",")
        return False

    def _expect(self, mark: str) -> None:
        if self._mark() != mark:
            raise self._fault(f"Expecting {mark!r}", self._at)
        self._at += 1
        self._since += 1

    def _mark(self) -> str:
        """The next character that is no space; empty at the end."""
        self._skip_space()
        return self._text[self._at : self._at + 1]

    def _skip_space(self) -> None:
        while True:
            if len(self._text) - self._at < _SLICE:
                self._decode(_BLOCK)
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or self._read == len(self._raw):
                return

    def _element(self, level: int) -> Any:
        """What stands here, read at once."""
        raw = self._text_of_element()
        if raw[:1] in b"[{" and nests_deeply(raw, DEEPEST - level):
            raise NotJson(f"is nested more than {DEEPEST} levels deep")
        try:
            value, repeated = unpacked(raw)
        except NotJson as error:
            raise NotJson(f"{error}, in what begins at {self._place(self._begun)}") from None
        self.repeated.update(dict.fromkeys(repeated))
        return value

    def _text_of_element(self) -> bytes:
        end = self._end()
        text = self._text[self._at : end]
        self._begun = self._at
        self._since += end - self._at
        self._at = end
        return text.encode("utf-8", "surrogatepass")

    def _end(self) -> int:
        """Where the element ends that begins here; decodes as much as it has."""
        while True:
            is_all = self._read == len(self._raw)
            try:
                end: int = _scan(self._text, self._at)[1]
            except json.JSONDecodeError as error:
                is_cut = error.pos > len(self._text) - 100 or error.msg.startswith("Unterminated")
                if is_all or not is_cut:
                    raise self._fault(error.msg, error.pos) from None
            except RecursionError:
                raise NotJson(f"is nested more than {DEEPEST} levels deep") from None
            else:
                if is_all or end + 3 < len(self._text):  # a number may go on: 1, 1e+, 1e+5
                    return end
            # Twice as much each time, so that a long element is not scanned over and over.
            self._decode(max(_BLOCK, len(self._text) - self._at))

    def _decode(self, size: int) -> None:
        """Let go of the text that was read, and decode so many bytes more."""
        if self._read == len(self._raw):
            return
        lines = self._text.count("\n", 0, self._at)
        begun = self._text.rfind("\n", 0, self._at)
        self._line += lines
        self._column = self._at - begun if lines else self._column + self._at
        block = self._raw[self._read : self._read + size]
        self._read += len(block)
        try:
            more = self._decoder.decode(block, final=self._read == len(self._raw))
        except UnicodeDecodeError:
            raise NotJson("is not JSON: it is not UTF-8") from None
        self._text, self._at = self._text[self._at :] + more, 0

    def _fault(self, message: str, at: int) -> NotJson:
        return NotJson(f"is not JSON: {message} at {self._place(at)}")

    def _place(self, at: int) -> str:
        lines = self._text.count("\n", 0, at)
        column = at - self._text.rfind("\n", 0, at) if lines else self._column + at
        return f"line {self._line + lines}, column {column}"
