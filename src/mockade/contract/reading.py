"""Text to data: YAML and JSON as OpenAPI means them, with the place of every key there when it is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import yaml

from mockade.errors import Finding, Place, SetupError

LARGEST = 2_000_000
"""How many values a file may hold once its YAML aliases are written out."""


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's plain scalars: dates stay text, `on` and `no` stay words, `12:30` is no number.

    Keys become strings, as in JSON; a key that stands twice is a fault, not a silent choice.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  PyYAML reads it off the class

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        own = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if len(set(own)) != len(own):
            again = next(key for i, (key, _) in enumerate(node.value) if key.value in own[:i])
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {again.value!r} stands here twice", again.start_mark
            )
        mapping = super().construct_mapping(node, deep=deep)
        return {key if isinstance(key, str) else _as_key(key): value for key, value in mapping.items()}

    def construct_integer(self, node: yaml.ScalarNode) -> int:
        return int(node.value)


def _as_key(key: Any) -> str:
    """A YAML key as the JSON key that was meant: `200` and `true` as they were written."""
    return orjson.dumps(key).decode() if isinstance(key, bool) or key is None else str(key)


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
    ("merge", r"^<<$", ["<"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_integer)


def parse(path: Path, text: str, shown: str) -> Any:
    """The data of a YAML or JSON file; `shown` is how messages name the file.

    Raises SetupError with the line and column of what cannot be read.
    """
    if path.suffix == ".json":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            place = Place(shown, error.lineno, error.colno)
            raise SetupError([Finding(place, f"This is not JSON: {error.msg}.", rule="syntax")]) from None
    try:
        data = yaml.load(text, _Loader)  # noqa: S506  it is a safe loader
        if "*" in text:
            _refuse_a_bomb(data, shown)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
        problem = error.problem or "it cannot be read"
        raise SetupError([Finding(place, f"This is not YAML: {problem}.", rule="syntax")]) from None
    except yaml.YAMLError as error:
        raise SetupError([Finding(Place(shown), f"This is not YAML: {error}.", rule="syntax")]) from None
    except RecursionError:
        raise SetupError(
            [Finding(Place(shown), "This is nested too deeply to read.", rule="syntax")]
        ) from None
    return data


def _refuse_a_bomb(data: Any, shown: str) -> None:
    """Raise SetupError for aliases that contain themselves, or that grow past all measure when written out."""
    sizes: dict[int, int] = {}
    open_above: set[int] = set()

    def size(value: Any) -> int:
        if not isinstance(value, dict | list):
            return 1
        if id(value) in open_above:
            raise SetupError([Finding(Place(shown), "A YAML alias contains itself.", rule="syntax")])
        if id(value) not in sizes:
            open_above.add(id(value))
            members = value.values() if isinstance(value, dict) else value
            sizes[id(value)] = 1 + sum(size(member) for member in members)
            open_above.discard(id(value))
        return sizes[id(value)]

    if size(data) > LARGEST:
        message = f"Its YAML aliases stand for more than {LARGEST:,} values."
        raise SetupError([Finding(Place(shown), message, rule="syntax")])


def read(path: Path, shown: str) -> tuple[Any, str]:
    """A file's data and its text. Raises SetupError when it is missing, unreadable or not UTF-8."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SetupError([Finding(Place(shown), "This file is not UTF-8 text.", rule="syntax")]) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise SetupError([Finding(Place(shown), f"Cannot read this file: {why}.", rule="syntax")]) from None
    return parse(path, text, shown), text


class Lines:
    """Where each key and item of a file stands; composed from its text when first asked."""

    def __init__(self, text: str, shown: str) -> None:
        self._text = text
        self._shown = shown
        self._root: yaml.Node | None = None

    def place(self, pointer: Sequence[str | int]) -> Place:
        """Where the key or item at `pointer` stands, else where its nearest container does."""
        if self._root is None:
            # JSON may be indented with tabs, which YAML forbids and which no JSON string holds raw.
            self._root = yaml.compose(self._text.replace("\t", " "), yaml.CSafeLoader)
        node, mark = self._root, None
        for step in pointer:
            found = _child(node, step)
            if found is None:
                break
            node, mark = found
        if mark is None:
            mark = node.start_mark if node is not None else None
        return Place(self._shown, mark.line + 1, mark.column + 1) if mark else Place(self._shown)


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Mark] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark
    elif isinstance(node, yaml.SequenceNode) and str(step).isdigit() and int(step) < len(node.value):
        item = node.value[int(step)]
        return item, item.start_mark
    return None
