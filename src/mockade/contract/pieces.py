"""Schemas in pieces: each is compiled without what it leads to, and asks for that by gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import jsonschema_rs
import orjson

from mockade.contract.budget import Budget
from mockade.contract.cutting import GATE, NAMES, Cut, cut
from mockade.contract.document import Document, Node, Source
from mockade.contract.handles import Handles

LEVELS = 100
"""How many pieces may wait for each other: each takes some of the interpreter's stack."""

TOO_DEEP = f"it leads more than {LEVELS} levels deep"

MOST_TOLD = 1_000
"""Of how many members, names and items that do not fit one piece tells."""

_MOST_KNOWN = 50_000
"""How many answers are remembered at the most."""


class Piece(NamedTuple):
    """A compiled piece, and the schemas that are in it whole: first its own, then those under its `$defs`."""

    validator: jsonschema_rs.Validator
    sources: Sequence[Source]
    compares: bool
    """Whether it compares values that are no scalars: then it has to see them."""

    def location(self, error: jsonschema_rs.ValidationError) -> str:
        """The address of the keyword that an error of the piece's is of."""
        steps = list(error.schema_path)
        source = self.sources[0]
        if steps[:1] == ["$defs"]:
            source = self.sources[int(steps[1])]
            steps = steps[2:]
        return source.child(*steps).ref


class Matcher(Protocol):
    """Says whether a value fits."""

    def is_valid(self, value: Any) -> bool: ...


Translate = Callable[[str], Any]
Plain = Callable[[Node], Matcher | None]
Compile = Callable[[dict[str, Any], dict[str, Any]], jsonschema_rs.Validator]


class Pieces:
    """A document's schemas in one direction, in pieces.

    Whether a part of a value fits a schema is asked once, however many ways lead there: so the work grows
    with the size of schema and value, and not with the number of ways, which may double with each level.
    """

    def __init__(
        self, document: Document, budget: Budget, translate: Translate, compile: Compile, plain: Plain
    ) -> None:
        """`translate` gives a file's data as 2020-12 reads it; `compile` takes a schema of it, and keywords.

        `plain` compiles a schema as a whole, where that is little work and judging by it is, too.
        """
        self._document = document
        self.budget = budget
        self._translate = translate
        self._files: dict[str, Any] = {}
        self._compile = compile
        self._plain = plain
        self._numbers: dict[tuple[str, tuple[str | int, ...]], int] = {}
        self._nodes: list[Node] = []
        self._pieces: dict[int, Piece] = {}
        self._judges: dict[int, Matcher | None] = {}
        self.handles = Handles()
        self._known: dict[tuple[int, bytes], bool] = {}
        self._open: set[tuple[int, bytes]] = set()
        self._told = 0

    def begin(self, times: int = 1, *, is_search: bool = False) -> None:
        """Start anew, for the next value, with `times` the budget of one; `is_search` of reasons for a no."""
        self.budget.begin(times, is_search=is_search)
        self.handles.clear()
        self._known.clear()

    def number(self, schema: Node) -> int:
        """The number by which gates know a schema."""
        place = schema.uri, schema.pointer
        if place not in self._numbers:
            self._numbers[place] = len(self._nodes)
            self._nodes.append(schema._replace(value=_written(schema)))
        return self._numbers[place]

    def words(self, schema: Node) -> Any:
        """A schema's words as 2020-12 reads them."""
        if schema.uri not in self._files:
            self._files[schema.uri] = self._translate(schema.uri)
        words = self._files[schema.uri]
        for step in schema.pointer:
            words = words[step]
        return words

    def fits(self, number: int, value: Any) -> bool:
        """Whether a value, or the one that a handle is for, fits; False too where that cannot be told.

        Then the budget is given up.
        """
        if self.budget.is_spent():
            return False
        if not isinstance(value, dict | list) and (plain := self._judges.get(number)) is not None:
            return plain.is_valid(value)  # as soon done as remembered
        key = number, _fingerprint(value)
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._open:
            return True  # it leads back to itself, and says nothing more
        if len(self._open) >= LEVELS:
            self.budget.give_up(TOO_DEEP)
            return False
        self._open.add(key)
        try:
            answer = self._judged(number, value)
        finally:
            self._open.remove(key)
        if not self.budget.is_spent() and len(self._known) < _MOST_KNOWN:
            self._known[key] = answer
        return answer

    def _judged(self, number: int, value: Any) -> bool:
        if number not in self._judges:
            self._judges[number] = self._plain(self._nodes[number])
        plain = self._judges[number]
        if plain is not None:
            return plain.is_valid(self.handles.restored(value))
        piece = self.piece(number)
        return piece.validator.is_valid(self._seen_by(piece, value))

    def errors(self, number: int, value: Any) -> list[jsonschema_rs.ValidationError]:
        """What in a value breaks a piece; where another one begins and does not fit, its gate."""
        self._told = 0
        piece = self.piece(number)
        return list(piece.validator.iter_errors(self._seen_by(piece, value)))

    def _seen_by(self, piece: Piece, value: Any) -> Any:
        """A value as a piece is given it: the library copies it for each error, and for each gate."""
        return self.handles.restored(value) if piece.compares else self.handles.opened(value)

    def piece(self, number: int) -> Piece:
        if number not in self._pieces:
            made: Cut = cut(self._nodes[number], self.words, self.number)
            gates = {GATE: partial(_Gate, self), NAMES: partial(_Names, self)}
            validator = self._compile(made.words, gates)
            self._pieces[number] = Piece(validator, [node.source for node in made.whole], made.compares)
        return self._pieces[number]

    def pass_gate(self, number: int, value: Any, *, is_told: bool = True) -> None:
        """Raises ValueError with the number where the value does not fit the schema of that number.

        `is_told` where that is an error of its own each time.
        """
        if is_told and not self._open and self._told >= MOST_TOLD:
            return  # enough is known to be wrong
        if not self.fits(number, value):
            self._told += is_told and not self._open
            raise ValueError(str(number))

    def check_names(self, number: int, names: Any) -> None:
        """Raises ValueError with the number where a name does not fit the schema of that number."""
        if isinstance(names, dict) and not all(self.fits(number, name) for name in names):
            raise ValueError(str(number))

    def wrong_names(self, number: int, names: Any) -> list[str]:
        """The first MOST_TOLD names that do not fit the schema of that number."""
        wrong = []
        for name in names:
            if not self.fits(number, name) and not self.budget.is_spent():
                wrong.append(name)
            if len(wrong) >= MOST_TOLD or self.budget.is_spent():
                break
        return wrong


class _Gate:
    """The keyword GATE, as the library has it."""

    def __init__(self, pieces: Pieces, _schema: Any, number: int, path: Sequence[str | int]) -> None:
        self._pieces = pieces
        self._number = number
        self._is_told = "contains" not in path[-2:]  # items that are not what it asks are no errors

    def validate(self, value: Any) -> None:
        try:
            self._ask(value)
        except RecursionError:
            self._pieces.budget.give_up(TOO_DEEP)
            raise ValueError(str(self._number)) from None

    def _ask(self, value: Any) -> None:
        self._pieces.pass_gate(self._number, value, is_told=self._is_told)


class _Names(_Gate):
    """The keyword NAMES, as the library has it."""

    def _ask(self, value: Any) -> None:
        self._pieces.check_names(self._number, value)


def _written(schema: Node) -> Any:
    """A schema as it is written: a node that was followed may be a whole of several. None where it is not."""
    try:
        return schema.document.value_at(schema.source)
    except (LookupError, TypeError):
        return None


def _fingerprint(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):
        return repr(value).encode()  # what JSON cannot hold
