"""Handles for the parts of a value: small stand-ins, where the library would copy all that is in them."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

_MARK = uuid4().hex
"""What a handle holds beside its number; no value that comes from outside has it."""

_SHOWN = re.compile(rf'(?<={{)"{_MARK}":\s*[0-9]+(?=}})|(?<=\[)"{_MARK}",\s*[0-9]+(?=\])')


class Handles:
    """Stand-ins for objects and arrays, of the same type; scalars stand for themselves."""

    def __init__(self) -> None:
        self._values: list[Any] = []
        self._numbers: dict[int, int] = {}

    def clear(self) -> None:
        self._values.clear()
        self._numbers.clear()

    def opened(self, value: Any) -> Any:
        """A value, or the one that a handle is for, with handles for its members or items."""
        value = self._behind(value)
        if isinstance(value, dict):
            return {name: self._handle(member) for name, member in value.items()}
        return [self._handle(item) for item in value] if isinstance(value, list) else value

    def restored(self, value: Any) -> Any:
        """A value, or the one that a handle is for, without handles for its members or items."""
        value = self._behind(value)
        if isinstance(value, dict):
            return {name: self._behind(member) for name, member in value.items()}
        return [self._behind(item) for item in value] if isinstance(value, list) else value

    @staticmethod
    def hidden(text: str) -> str:
        """A text of the library's, without the handles in it."""
        return _SHOWN.sub("…", text) if _MARK in text else text

    def _handle(self, value: Any) -> Any:
        if not isinstance(value, dict | list) or self._number(value) is not None:
            return value
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._values)
            self._values.append(value)  # it is kept, and so is its id
        return {_MARK: number} if isinstance(value, dict) else [_MARK, number]

    def _behind(self, value: Any) -> Any:
        number = self._number(value)
        return value if number is None else self._values[number]

    @staticmethod
    def _number(value: Any) -> int | None:
        number = None
        if isinstance(value, dict) and len(value) == 1:
            number = value.get(_MARK)
        elif isinstance(value, list) and len(value) == 2 and value[0] == _MARK:
            number = value[1]
        return number
