"""A document's schemas, compiled once through a shared registry for each direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import jsonschema_rs

from mockade.contract.backtracking import keywords
from mockade.contract.bounded import Whole, bounded
from mockade.contract.budget import Budget
from mockade.contract.compiled_together import Together, is_wide
from mockade.contract.discriminator_checks import choose_all
from mockade.contract.document import SKETCH, Document, Node, Source
from mockade.contract.formats import TEXT_FORMATS
from mockade.contract.pieces import Pieces
from mockade.contract.sound_schemas import Soundness
from mockade.contract.spread import MANY, spread
from mockade.contract.translation import Direction, Look, translated
from mockade.contract.unsound import UnsoundSchemas
from mockade.contract.validators import Compiled, Validator
from mockade.errors import Finding, SetupError

Ref = dict[str, str]
"""A schema that is `$ref` alone."""

_Key = tuple[str, tuple[str | int, ...], Direction]
"""The file and the pointer of a schema, and the direction."""


class Schemas:
    """A document's schemas, compiled through one shared registry for each direction."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._sides: tuple[Direction, ...] = ("request", "response") if document.one_sided else ("response",)
        if document.one_sided:
            document.translations.clear()
        self._files: dict[Direction, list[tuple[str, Any]]] = {}
        """The files as they read in a direction of which there is no registry yet."""
        self._registries: dict[Direction, jsonschema_rs.Registry] = {}
        self._validators: dict[_Key, Validator] = {}
        self._registered: dict[_Key, Node] = {}
        self._together: list[tuple[Direction, Together]] = []
        self._pieces: dict[Direction, Pieces] = {}
        self._budget = Budget()
        self._keywords = keywords(self._budget)

    def _registry(self, side: Direction) -> jsonschema_rs.Registry:
        """The files as they read in one direction, made when they are first needed: they take memory."""
        registry = self._registries.get(side)
        if registry is None:
            files = self._files.pop(side, None) or self._translated_files(side)
            registry = jsonschema_rs.Registry(files, draft=jsonschema_rs.Draft202012)
            self._registries[side] = registry
        return registry

    def _translated_files(self, side: Direction) -> list[tuple[str, Any]]:
        """The files by their addresses, without those that cannot be read."""
        files = self._document.files.items()
        return [(uri, self._translated(uri, side)) for uri, data in files if isinstance(data, dict)]

    def _side(self, direction: Direction) -> Direction:
        """The direction that a schema is compiled for: where both are alike it is once for both."""
        return direction if direction in self._sides else "response"

    def _translated(self, uri: str, side: Direction) -> Any:
        document = self._document
        ready = document.translations.pop(uri, None)
        data = ready or translated(
            document.files[uri], old=document.lone_refs, direction=side, look=self._look(uri)
        )
        choose_all(document, uri, data)
        return data

    def _look(self, uri: str) -> Look:
        base = Source(self._document, uri, ())

        def look(ref: str) -> Any:
            try:
                return self._document.follow(Node.at(base, {"$ref": ref})).value
            except SetupError:
                return None  # a circle of references is reported where the schema is compiled

        return look

    def validator(self, node: Node, direction: Direction = "response") -> Validator:
        """The schema at `node`; its first use raises SetupError where it is not a sound one."""
        side = self._side(direction)
        key = (node.uri, node.pointer, side)
        if key not in self._validators:
            compile = partial(self._compiled, node, side)
            pieces = partial(self.pieces, side)
            self._validators[key] = Validator(self._document, node.source, compile, pieces)
        return self._validators[key]

    def register(self, node: Node, direction: Direction) -> None:
        """Note that the schema at `node` may be asked for, so that it is known to be sound."""
        self._registered[node.uri, node.pointer, self._side(direction)] = node

    def leave_out_unsound(self) -> None:
        """Compile all schemas that may be asked for, without what is unsound in them.

        They are compiled at once, as the parts of one: half the work of compiling each by itself, which is
        left for when it is needed. Only where one is unsound is each looked at; and none where an earlier
        start found these very schemas sound.
        """
        self._files[_CHECKED] = self._translated_files(_CHECKED)
        refs = self._refs()
        soundness = Soundness(self._files[_CHECKED], refs)
        if soundness.is_known:
            return
        error = self._error(refs)
        if error is None:
            soundness.keep()
            return
        unsound = UnsoundSchemas(self._document)
        roots = list({(node.uri, node.pointer): node for node in self._registered.values()}.values())
        side = _CHECKED
        files = {uri: self._translated(uri, side) for uri in self._document.files}
        is_left_out = unsound.leave_out_all(roots, files)
        for _ in range(_MOST_ATTEMPTS):
            if is_left_out:
                self._registries.clear()
                error = self._error(self._refs())
            if error is None:
                return
            is_left_out = isinstance(error, jsonschema_rs.ValidationError) and unsound.leave_out_at(
                error, f"This is not a sound schema: {_first_line(error)}."
            )
            if not is_left_out:
                break
        self._leave_out_each(unsound)

    def _error(self, refs: Sequence[Ref]) -> Exception | None:
        """What keeps the schemas from being compiled together."""
        for at in range(0, len(refs), _AT_ONCE):
            try:
                self._compile({"allOf": [*refs[at : at + _AT_ONCE]]}, _CHECKED)
            except _UNSOUND as error:
                return error
        return None

    def _refs(self) -> list[Ref]:
        """All schemas that may be asked for."""
        registered = {(node.uri, node.pointer): node for node in self._registered.values()}
        return [{"$ref": node.source.ref} for node in registered.values()]

    def _leave_out_each(self, unsound: UnsoundSchemas) -> None:
        """Leave out, as a whole, each schema that cannot be compiled by itself."""
        for node in self._registered.values():
            try:
                self._compile({"$ref": node.source.ref}, _CHECKED)
            except _UNSOUND as error:
                unsound.leave_out_schema(node, f"This schema cannot be compiled: {_first_line(error)}.")
        self._registries.clear()

    def _compiled(self, node: Node, side: Direction) -> Compiled:
        try:
            whole = self._compiled_whole(node, side)
        except _UNSOUND as error:
            message = f"This schema cannot be compiled: {_first_line(error)}."
            raise SetupError([Finding(node.source.place(), message, rule="schema")]) from None
        if self._document.branching >= MANY or self._document.backtracking:
            return bounded(whole, node, partial(self.pieces, side))
        return whole

    def _compiled_whole(self, node: Node, side: Direction) -> Whole:
        if SKETCH in node.pointer:
            return self._compile({}, side)
        if is_wide(node):
            return self._compiled_together(node, side)
        return self._compile({"$ref": node.source.ref}, side)

    def _compile(self, schema: dict[str, Any], side: Direction) -> jsonschema_rs.Validator:
        """Raises one of _UNSOUND."""
        return _compiled(schema, self._keywords, self._registry(side))

    def pieces(self, side: Direction) -> Pieces:
        """The schemas of one direction in pieces."""
        if side not in self._pieces:
            self._pieces[side] = Pieces(
                self._document,
                self._budget,
                partial(self._translated, side=side),
                lambda schema, more: _compiled(schema, {**self._keywords, **more}),
                lambda node: self._plain(node, side),
            )
        return self._pieces[side]

    def _plain(self, node: Node, side: Direction) -> Whole | None:
        """A schema as a whole, where that is little work and judging by it is, too."""
        few = isinstance(node.value, dict) and not is_wide(node) and spread(node).remembering < MANY
        return self._compile({"$ref": node.source.ref}, side) if few else None

    def _compiled_together(self, node: Node, side: Direction) -> Whole:
        """The schema as one of all that are known, which is compiled when one is asked for that is new."""
        ref = node.source.ref
        done = [together for its, together in self._together if its == side]
        found = next((one for one in (together.get(ref) for together in done) if one is not None), None)
        if found is not None:
            return found
        known: dict[_Key, Node | Validator] = {**self._registered, **self._validators}
        refs = dict.fromkeys(one.source.ref for (_, _, its), one in known.items() if its == side)
        new = [one for one in refs if all(together.get(one) is None for together in done)]
        together = Together(new, lambda schema: self._compile(schema, side))
        self._together.append((side, together))
        return together.get(ref) or self._compile({"$ref": ref}, side)


_CHECKED: Direction = "response"
"""The direction in which schemas are checked: only what is required differs in the other one."""

_AT_ONCE = 512
"""How many schemas are compiled as the parts of one when they are checked: what they take is freed."""

_MOST_ATTEMPTS = 50
"""How often the schemas are compiled without what was unsound in them before each is compiled by itself."""


def _first_line(error: Exception) -> str:
    return str(getattr(error, "message", error)).partition("\n")[0]


_UNSOUND = (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError)


def _compiled(
    schema: dict[str, Any], keywords: Mapping[str, Any], registry: jsonschema_rs.Registry | None = None
) -> jsonschema_rs.Validator:
    """Raises one of _UNSOUND."""
    return jsonschema_rs.Draft202012Validator(
        schema,
        registry=registry,
        validate_formats=True,
        formats=TEXT_FORMATS,
        keywords=dict(keywords),
        offline=True,
    )
