"""A document's schemas, compiled once through a shared registry for each direction."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import jsonschema_rs

from mockade.contract.document import Document, Node, Source
from mockade.contract.translation import Direction, Look, translated
from mockade.contract.validators import Validator, source_at
from mockade.errors import Finding, SetupError

SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)


FORMATS: dict[str, Callable[[str], bool]] = {"semver": lambda text: SEMVER.fullmatch(text) is not None}
"""Formats that JSON Schema does not know and contracts use."""


_Key = tuple[str, tuple[str | int, ...], Direction]
"""The file and the pointer of a schema, and the direction."""


class Schemas:
    """A document's schemas, compiled through one shared registry for each direction."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._registries: dict[Direction, jsonschema_rs.Registry] = {}
        sides: tuple[Direction, ...] = ("request", "response") if document.one_sided else ("response",)
        for side in sides:
            files = [
                (uri, self._translated(uri, side))
                for uri, data in document.files.items()
                if isinstance(data, dict)
            ]
            self._registries[side] = jsonschema_rs.Registry(files, draft=jsonschema_rs.Draft202012)
        document.translations.clear()
        self._validators: dict[_Key, Validator] = {}
        self._registered: dict[_Key, Node] = {}

    def _side(self, direction: Direction) -> Direction:
        """The direction that a schema is compiled for: where both are alike it is once for both."""
        return direction if direction in self._registries else "response"

    def _translated(self, uri: str, side: Direction) -> Any:
        document = self._document
        ready = None if document.one_sided else document.translations.pop(uri, None)
        return ready or translated(
            document.files[uri], old=document.lone_refs, direction=side, look=self._look(uri)
        )

    def _look(self, uri: str) -> Look:
        base = Source(self._document, uri, ())

        def look(ref: str) -> Any:
            try:
                return self._document.follow(Node.at(base, {"$ref": ref})).value
            except SetupError:
                return None  # a circle of references is told where the schema is compiled

        return look

    def validator(self, node: Node, direction: Direction = "response") -> Validator:
        """The schema at `node`; its first use raises SetupError where it is not a sound one."""
        side = self._side(direction)
        key = (node.uri, node.pointer, side)
        if key not in self._validators:
            compile = partial(self._compiled, node.source, self._registries[side])
            self._validators[key] = Validator(self._document, node.source, compile)
        return self._validators[key]

    def register(self, node: Node, direction: Direction) -> None:
        """Note that the schema at `node` may be asked for, so that `faults` has it compiled."""
        self._registered[node.uri, node.pointer, self._side(direction)] = node

    def faults(self) -> list[Finding]:
        """What is wrong with the schemas that were promised.

        They are compiled at once, as the parts of one: half the work of compiling each by itself, which is
        left for when it is needed. Only where one is unsound does each tell of itself.
        """
        findings: list[Finding] = []
        for side, registry in self._registries.items():
            registered = [node for (_, _, its), node in self._registered.items() if its == side]
            try:
                _compiled({"allOf": [{"$ref": node.source.ref} for node in registered]}, registry)
            except _UNSOUND:
                for node in registered:
                    try:
                        self.validator(node, side).compiled()
                    except SetupError as error:
                        findings += error.findings
        return findings

    def _compiled(self, source: Source, registry: jsonschema_rs.Registry) -> jsonschema_rs.Validator:
        try:
            return _compiled({"$ref": source.ref}, registry)
        except jsonschema_rs.ValidationError as error:
            place = source_at(self._document, f"{source.uri}#/{'/'.join(map(str, error.instance_path))}")
            what = error.message
            raise SetupError(
                [Finding((place or source).place(), f"This is not a sound schema: {what}.", rule="schema")]
            ) from None
        except (jsonschema_rs.ReferencingError, ValueError) as error:
            raise SetupError(
                [Finding(source.place(), f"This schema cannot be compiled: {error}.", rule="schema")]
            ) from None


_UNSOUND = (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError)


def _compiled(schema: dict[str, Any], registry: jsonschema_rs.Registry) -> jsonschema_rs.Validator:
    """Raises one of _UNSOUND."""
    return jsonschema_rs.Draft202012Validator(
        schema, registry=registry, validate_formats=True, formats=FORMATS, offline=True
    )
