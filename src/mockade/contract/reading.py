"""Text to data: YAML and JSON as OpenAPI means them, with the place of every key there when it is asked."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import orjson
import yaml

from mockade.errors import Finding, Place, SetupError

LARGEST = 2_000_000
"""How many values a file may hold once its YAML aliases are written out."""

DEEPEST = 128
"""How deeply what is read may nest: orjson reads 1,024 levels but writes only 254."""

_DEEP = b"\n" + b"  " * DEEPEST
"""How a line begins of JSON that `orjson` has indented, where it may nest too deeply."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_MANY_MARKS = 20_000
"""So many opening marks YAML's parser, which recurses in C, is known to survive."""


_TAG = "tag:yaml.org,2002:"
_TEXT, _LIST, _OBJECT, _MERGE = f"{_TAG}str", f"{_TAG}seq", f"{_TAG}map", f"{_TAG}merge"


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's plain scalars: dates stay text, `on` and `no` words, `12:30` is no number and `0123` is 123.

    Values are JSON's, so no tag makes a date or a set of them. Keys are the text that was written; one that
    stands twice is a fault, not a silent choice.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  PyYAML declares it so
    yaml_constructors: ClassVar[dict[str | None, Any]] = {
        tag: yaml.CSafeLoader.yaml_constructors[tag] for tag in (None, f"{_TAG}null", _TEXT)
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._may_alias = "&" in text and "*" in text

    # PyYAML finds tags by paths too, and makes data bit by bit, so that it can contain itself. JSON has
    # neither, and both take longer than the parser. A start reads seven files, and needs a twentieth less.

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """The tag of a node that has none of its own."""
        if kind is not yaml.ScalarNode:
            return _OBJECT if kind is yaml.MappingNode else _LIST
        if implicit[0] and value[:1] in self.yaml_implicit_resolvers:
            return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]
        return _TEXT

    def construct_document(self, node: yaml.Node) -> Any:
        if self._may_alias:
            _refuse_unsound_aliases(node)
        return self._made(node, 0)

    def _made(self, node: yaml.Node, level: int) -> Any:
        """The data of a node that stands in `level` others."""
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.tag == _TEXT else self.construct_object(node)
        if level == DEEPEST:
            raise _fault(node, f"it nests more than {DEEPEST} levels deep")
        if isinstance(node, yaml.MappingNode) and node.tag == _OBJECT:
            return {key: self._made(value, level + 1) for key, value in _members(node, level).items()}
        if isinstance(node, yaml.SequenceNode) and node.tag == _LIST:
            return [self._made(item, level + 1) for item in node.value]
        return self.construct_undefined(node)

    def construct_boolean(self, node: yaml.ScalarNode) -> bool:
        if node.value.lower() not in ("true", "false"):
            raise _fault(node, f"{node.value!r} is neither true nor false")
        return bool(node.value.lower() == "true")

    def construct_integer(self, node: yaml.ScalarNode) -> int | float:
        """As JSON is read: what 64 bits cannot hold becomes a float."""
        base = {"0o": 8, "0x": 16}.get(node.value[:2], 10)
        try:
            number = int(node.value, base)
        except ValueError:
            return self.construct_number(node)  # over 4,300 digits, or tagged as an integer and none
        return number if -(2**63) <= number < 2**64 else float(number)

    def construct_number(self, node: yaml.ScalarNode) -> float:
        try:
            number = float(node.value)
        except ValueError:
            raise _fault(node, f"{node.value!r} is no number") from None
        if not math.isfinite(number):
            raise _fault(node, "this number is larger than JSON's can be")
        return number


def _fault(node: yaml.Node | yaml.Event, problem: str) -> yaml.constructor.ConstructorError:
    mark: Any = node.start_mark  # typed as two kinds of mark, which are one at run time
    return yaml.constructor.ConstructorError(None, None, problem, mark)


def _members(node: yaml.Node, level: int) -> dict[str, yaml.Node]:
    """An object's members by their keys, behind those that are merged into it (`<<`) and give way to them.

    Raises for a key that is no text or stands twice, and for merging what is no object.
    """
    if not isinstance(node, yaml.MappingNode):
        raise _fault(node, "only objects and lists of them can be merged")
    if level == DEEPEST:
        raise _fault(node, f"it nests more than {DEEPEST} levels deep")
    own: dict[str, yaml.Node] = {}
    merged: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _fault(key, "a key is text, not a list or an object")
        if key.tag == _MERGE:
            # Of several the first one counts.
            for one in reversed(value.value) if isinstance(value, yaml.SequenceNode) else [value]:
                merged |= _members(one, level + 1)
        elif key.value in own:
            raise _fault(key, f"the key {key.value!r} stands here twice")
        else:
            own[key.value] = value
    return merged | own if merged else own


def _refuse_unsound_aliases(root: yaml.Node) -> None:
    """Raise for endless and exploding aliases.

    It looks at the nodes before anything is made of them, because merging (`<<`) alone can explode.
    """
    sizes: dict[int, int] = {}
    open_above: set[int] = set()
    aliased = False
    pending: list[tuple[yaml.Node, bool]] = [(root, False)]
    while pending:
        node, done = pending.pop()
        below = _below(node)
        if done:
            open_above.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes.get(id(child), 1) for child in below)
            if aliased and sizes[id(node)] > LARGEST:
                raise _fault(node, f"the aliases in it stand for more than {LARGEST:,} values")
        elif id(node) in open_above:
            raise _fault(node, "an alias in it contains itself")
        elif id(node) in sizes:
            aliased = True
        elif isinstance(node, yaml.CollectionNode):
            open_above.add(id(node))
            pending.append((node, True))
            pending.extend((child, False) for child in below)


def _below(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _refuse_depth(text: str) -> None:
    level = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if level > DEEPEST:
            raise _fault(event, f"it nests more than {DEEPEST} levels deep")


for _tag, _pattern, _first, _make in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""], None),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF"), _Loader.construct_boolean),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789"), _Loader.construct_integer),
    (
        "float",
        r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
        list("-+.0123456789"),
        _Loader.construct_number,
    ),
    # Where it stands as a value it merges nothing: it is text.
    ("merge", r"^<<$", ["<"], _Loader.construct_scalar),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)
    if _make is not None:
        _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _make)


def parse(path: Path, text: str, shown: str) -> Any:
    """The data of a YAML or JSON file; `shown` is how messages name the file.

    Raises SetupError with the line and column of what cannot be read.
    """
    return _parse_json(text, shown) if path.suffix == ".json" else _parse_yaml(text, shown)


def _parse_json(text: str, shown: str) -> Any:
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        _refuse_deep_json(text, shown)  # orjson gives up on it too, in other words
        place = Place(shown, error.lineno, error.colno)
        raise _unreadable(place, f"This is not JSON: {error.msg}.") from None
    if not _is_sound(data, text):
        _refuse_deep_json(text, shown)
        again = _second_key(text)
        if again is not None:
            key, offset = again
            raise _unreadable(_at(text, offset, shown), f"The key {key!r} stands here twice.")
    return data


def _is_sound(data: Any, text: str) -> bool:
    """Whether what was read as JSON surely nests no deeper than it may and had no key twice in an object.

    Written anew it shows both: depth in how far a line is indented, a key that was lost in quotes that are
    fewer than in the text. That takes a fifth of the time of going through the text again.
    """
    try:
        anew = orjson.dumps(data, option=orjson.OPT_INDENT_2)
    except TypeError:
        return False  # more levels than orjson writes
    return _DEEP not in anew and anew.count(b'"') == text.count('"') and "\\u0022" not in text


def _refuse_deep_json(text: str, shown: str) -> None:
    if nests_deeply(text.encode()):
        raise _unreadable(Place(shown), f"This is nested more than {DEEPEST} levels deep.")


def _parse_yaml(text: str, shown: str) -> Any:
    try:
        if max(map(text.count, ("[", "{", "- ", "? "))) > _MANY_MARKS:
            _refuse_depth(text)
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
        raise _unreadable(place, f"This is not YAML: {error.problem or 'it cannot be read'}.") from None
    except yaml.reader.ReaderError as error:
        strange = yaml.reader.Reader.NON_PRINTABLE.search(text)
        place = _at(text, strange.start(), shown) if strange else Place(shown)
        raise _unreadable(place, f"This is not YAML: {error.reason}.") from None


def nests_deeply(raw: bytes, deepest: int = DEEPEST) -> bool:
    """Whether brackets nest more than `deepest` levels in JSON text, those inside strings aside."""
    if raw.count(b"[") + raw.count(b"{") <= deepest:
        return False
    level = 0
    for mark in _STRING.sub(b"", raw).translate(None, delete=_NO_BRACKETS):
        level += 1 if mark in b"[{" else -1
        if level > deepest:
            return True
    return False


def _unreadable(place: Place, message: str) -> SetupError:
    return SetupError([Finding(place, message, rule="syntax")])


def _at(text: str, offset: int, shown: str) -> Place:
    return Place(shown, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


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


_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Spot:
    """Where a value of a JSON text stands (a member: its key), and what is in it."""

    offset: int
    below: dict[str, _Spot] | list[_Spot] | None = None


def _outline(text: str, twice: Callable[[str, int], None] = lambda _key, _offset: None) -> _Spot:
    """The places in a text that is known to be JSON; `twice` is told of keys that stand again."""
    root = _Spot(0)
    holders: list[_Spot] = []
    key: str | None = None
    start = 0
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in ",:":
            continue
        if token in "}]":
            holders.pop()
            continue
        members = holders[-1].below if holders else None
        if isinstance(members, dict) and key is None:
            key, start = orjson.loads(token), found.start()
            if key in members:
                twice(key, start)
            continue
        spot = _Spot(found.start(), {} if token == "{" else [] if token == "[" else None)
        if isinstance(members, dict) and key is not None:
            spot.offset = start
            members[key] = spot
        elif isinstance(members, list):
            members.append(spot)
        else:
            root = spot
        if spot.below is not None:
            holders.append(spot)
        key = None
    return root


def _second_key(text: str) -> tuple[str, int] | None:
    """The first key of a JSON text that stands twice in its object, and where it stands again."""
    doubled = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal doubled
        doubled = doubled or len({key for key, _ in pairs}) != len(pairs)

    json.loads(text, object_pairs_hook=look)
    found: list[tuple[str, int]] = []
    if doubled:
        _outline(text, lambda key, offset: found.append((key, offset)))
    return found[0] if found else None


class Lines:
    """Where each key and item of a file stands; made out from its text when first asked."""

    def __init__(self, text: str, shown: str) -> None:
        self._text = text
        self._shown = shown
        self._root: yaml.Node | None = None
        self._outline: _Spot | None = None

    def place(self, pointer: Sequence[str | int]) -> Place:
        """Where the key or item at `pointer` stands, else where its nearest container does."""
        if self._shown.endswith(".json"):
            return self._place_in_json(pointer)
        if self._root is None:
            self._root = yaml.compose(self._text, yaml.CSafeLoader)
        node, mark = self._root, None
        for step in pointer:
            found = _child(node, step)
            if found is None:
                break
            node, mark = found
        if mark is None:
            mark = node.start_mark if node is not None else None
        return Place(self._shown, mark.line + 1, mark.column + 1) if mark else Place(self._shown)

    def _place_in_json(self, pointer: Sequence[str | int]) -> Place:
        # YAML's parser takes most of JSON, but neither tabs, nor long keys, nor an emoji as two \u escapes.
        spot = self._outline = self._outline or _outline(self._text)
        for step in pointer:
            if isinstance(spot.below, dict) and step in spot.below:
                spot = spot.below[str(step)]
            elif isinstance(spot.below, list) and str(step).isdecimal() and int(step) < len(spot.below):
                spot = spot.below[int(step)]
            else:
                break
        return _at(self._text, spot.offset, self._shown)


def _child(node: Any, step: str | int) -> tuple[yaml.Node, yaml.Mark] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark
    elif isinstance(node, yaml.SequenceNode) and str(step).isdecimal() and int(step) < len(node.value):
        item = node.value[int(step)]
        return item, item.start_mark
    return None
