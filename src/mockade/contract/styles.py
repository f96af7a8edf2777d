"""The styles of OpenAPI: from the texts of a URL, a header or a form to the value that they stand for.

RFC 6570 percent-encodes values and not the delimiters between them, so text is split before it is decoded.
The delimiters that a URL cannot hold (`spaceDelimited`, `pipeDelimited`) are the exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import unquote, unquote_plus

from mockade.contract.coercion import Remark, TextTypes, coerced
from mockade.contract.deep_objects import Misread, deep_value
from mockade.contract.keywords import TABS
from mockade.contract.violations import ABSENT

Carrier = Literal["path", "query", "header", "cookie", "form", "part"]
"""What carries a value: a form is urlencoded, a part is one of multipart/form-data."""

SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|", TABS: "\t"}
_HOLDERS = frozenset({"object", "array"})


def decoded(text: str) -> str:
    """Percent-decoded text. Raises UnicodeDecodeError where the bytes are not UTF-8."""
    return unquote(text, errors="strict")


class Style:
    """How one value is written, with what reading it needs of its schema."""

    __slots__ = (
        "_explode",
        "_is_marked",
        "_name",
        "_own",
        "_style",
        "_types",
        "_where",
        "is_any_text",
        "is_raw",
        "is_spread",
    )

    def __init__(self, name: str, where: Carrier, style: str, explode: bool, types: TextTypes) -> None:
        self._name = name
        self._where = where
        self._style = style
        self._explode = explode
        self._types = types
        self._own = types.own
        self._is_marked = style in ("label", "matrix")
        is_exploded = style in ("form", "cookie") and explode and "object" in self._own
        is_deep = style == "deepObject" and (not self._own or not self._own.isdisjoint(_HOLDERS))
        self.is_spread = where not in ("path", "header") and (is_exploded or is_deep)
        """Whether it stands under several names: it is read from all names, and not from the texts of one."""
        self.is_raw = self._is_raw()
        """Whether it is read from text that is percent-encoded still."""
        self.is_any_text = types.is_any_text and not self._is_marked
        """Whether what comes once is the value, as it is."""

    def _is_raw(self) -> bool:
        if self._where == "cookie":
            return self._style != "cookie"
        if self._own.isdisjoint(_HOLDERS) or self._style in SEPARATORS or self.is_spread:
            return False
        return self._where == "path" or (self._where in ("query", "form") and not self._explode)

    def takes(self, name: str) -> bool:
        """Whether a name is one of those that it is spread over."""
        if self._style == "deepObject":
            return name == self._name or name.startswith(f"{self._name}[")
        return name in self._types.members or self._types.is_open

    def read(self, given: Sequence[str] | Mapping[str, Sequence[str]], told: list[Remark]) -> Any:
        """The value, which need not fit; of what is spread, ABSENT when nothing of it is there.

        `given` holds the texts under its name, at least one; for what is spread, those of all names that may
        be its. `told` takes remarks. Raises Misread for text that is not what the style asks.
        """
        if given.__class__ is not list and isinstance(given, Mapping):  # an abstract class is slow to ask
            return self._spread_value(given, told)
        if "array" in self._own and self._repeats:
            return self._types.value(given, told)
        text = given[-1]
        if given[1:]:
            text = self._one(given, told)
        if self._is_marked:
            text = self._unmarked(text, told)
        if "array" in self._own:
            return self._types.value([self._decoded(part) for part in self._split(text)], told)
        if "object" in self._own:
            return self._pairs(text, told)
        return coerced(self._decoded(text) if self.is_raw else text, self._own, told)

    def read_encoded(self, given: Sequence[str], told: list[Remark]) -> Any:
        """The value where the delimiters are percent-encoded, too; ABSENT when nothing is.

        That makes them data, and is what many libraries do to the whole of a query's value.
        """
        if not self.is_raw or self._own.isdisjoint(_HOLDERS):
            return ABSENT
        plain = [self._decoded(text) for text in given]
        if plain == list(given):
            return ABSENT
        again = Style(self._name, self._where, self._style, self._explode, self._types)
        again.is_raw = False
        message = "Its delimiters are percent-encoded, which makes them data: they are taken as delimiters."
        told.append(Remark((), given[-1], message))
        return again.read(plain[-1:], told)

    @property
    def _repeats(self) -> bool:
        """Whether each item of an array comes under the name again."""
        if self._where == "cookie":
            return self._explode and self._style == "cookie"
        return self._explode and self._where not in ("path", "header")

    def _one(self, given: Sequence[str], told: list[Remark]) -> str:
        """The text of what comes once; a header's lines are one list."""
        if self._where == "header" and not self._own.isdisjoint(_HOLDERS):
            return ",".join(given)
        text, which = (given[0], "first") if self._where == "cookie" else (given[-1], "last")
        told.append(Remark((), text, f"It came {len(given)} times, and takes one value: the {which}."))
        return text

    def _decoded(self, text: str) -> str:
        if not self.is_raw:
            return text
        if self._where == "path":
            return decoded(text)
        try:
            return (unquote if self._where == "cookie" else unquote_plus)(text, errors="strict")
        except UnicodeDecodeError:
            return text  # a cookie that somebody has written as it is

    def _unmarked(self, text: str, told: list[Remark]) -> str:
        """A path value without the mark that its style puts before it."""
        if self._style == "label":
            bare = text.removeprefix(".")
        elif text == f";{self._name}":
            return ""
        else:
            bare = text.removeprefix(f";{self._name}=")
        if bare == text and not text.startswith(";"):
            mark = "." if self._style == "label" else f";{self._name}="
            told.append(Remark((), text, f"{text!r} lacks the {mark!r} that its style puts before it."))
        return bare

    def _split(self, text: str) -> list[str]:
        """The parts of a list, as they stand between its delimiters."""
        if not text:
            return []
        if self._where == "cookie" and self._explode:
            return text.split(f"&{self._name}=")
        if self._style == "matrix" and self._explode:
            return text.removeprefix(";").split(f";{self._name}=" if "array" in self._own else ";")
        separator = SEPARATORS.get(self._style, ",")
        if self._style == "label" and (self._explode or "," not in text):
            separator = "."  # OpenAPI 3.0 showed dots for both; RFC 6570 has commas in what is not exploded
        parts = text.split(separator)
        return [part.strip() for part in parts] if self._where == "header" else parts

    def _pairs(self, text: str, told: list[Remark]) -> dict[str, Any]:
        """An object that is written as names and values in turn."""
        parts = self._split(text)
        if not self._explode and len(parts) % 2:
            raise Misread(f"{text!r} is no list of names and values in turn: {parts[-1]!r} has no value.")
        if self._explode:
            pairs = [self._pair(part) for part in parts]
        else:
            pairs = list(zip(parts[::2], parts[1::2], strict=True))
        made: dict[str, Any] = {}
        for raw, value in pairs:
            name = self._decoded(raw)
            if name in made:
                raise Misread(f"{text!r} has {name!r} twice.")
            made[name] = self._types.of_member(name).value([self._decoded(value)], told, (name,))
        return made

    def _pair(self, part: str) -> tuple[str, str]:
        name, equals, value = part.partition("=")
        if not equals and self._style != "matrix":
            raise Misread(f"{part!r} is no name and value such as a=1.")
        return name, value

    def _spread_value(self, given: Mapping[str, Sequence[str]], told: list[Remark]) -> Any:
        """An object or array that stands under several names; ABSENT when none of them is there."""
        found = {name: texts for name, texts in given.items() if self.takes(name)}
        if not found:
            return ABSENT
        if self.is_raw:
            found = {name: [self._decoded(text) for text in texts] for name, texts in found.items()}
        if self._style == "deepObject":
            return deep_value(self._name, found.items(), self._types, told)
        return {
            name: self._types.of_member(name).value(texts, told, (name,)) for name, texts in found.items()
        }
