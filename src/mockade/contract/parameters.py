"""Parameters: from the text of a URL or header to the value that the contract describes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from urllib.parse import unquote

import orjson

from mockade.contract.coercion import Remark, types_of
from mockade.contract.deep_objects import Misread
from mockade.contract.document import Node, Source
from mockade.contract.normalizer import Normalizer
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.reading import DEEPEST, nests_deeply, not_json
from mockade.contract.repeated_keys import repeated_keys, sentence_of
from mockade.contract.samples import examples
from mockade.contract.styles import Style
from mockade.contract.validators import Validator
from mockade.contract.violations import ABSENT, Violation, Where

In = Literal["path", "query", "header", "cookie", "form", "part"]
"""What carries it. The last two are no parameters, but fields that are written like one."""


@dataclass(eq=False)
class Parameter:
    """One parameter of an operation, ready to be read from a request.

    What reading needs of its schema is made when it is first needed, and kept.
    """

    name: str
    where: In
    required: bool
    style: str
    explode: bool
    empty: bool
    """Whether an empty value is allowed, whatever the schema asks (`allowEmptyValue`)."""
    json: bool
    """Whether it travels as JSON text (`content:` instead of `schema:`)."""
    schema: Node | None
    holder: Node
    """What holds its schema and examples: itself, or its `content`."""
    normalizers: NormalizerRegistry
    source: Source
    """Where it is described, which other operations may share,"""
    listing: tuple[Node, int] | None = None
    """and the operation, or the path, that lists it, with the place in its list."""

    @property
    def listed(self) -> Source:
        """Where its operation, or its path, lists it."""
        if self.listing is None:
            return self.source
        owner, at = self.listing
        return owner.source.child("parameters", at)

    @property
    def place(self) -> Where:
        """The part of a request that it is in."""
        return "body" if self.where == "form" or self.where == "part" else self.where

    @cached_property
    def validator(self) -> Validator | None:
        return self.normalizers.validator(self.schema) if self.schema else None

    @cached_property
    def normalizer(self) -> Normalizer | None:
        return self.normalizers.normalizer(self.schema) if self.schema else None

    @cached_property
    def examples(self) -> tuple[Node, ...]:
        return tuple(examples(self.holder, self.schema).values())

    @cached_property
    def reading(self) -> Style:
        """How its text is read."""
        return Style(self.name, self.where, self.style, self.explode, types_of(self.schema))

    @cached_property
    def spread(self) -> bool:
        """Whether its members stand under names of their own in the query."""
        return not self.json and self.reading.is_spread

    @cached_property
    def declared(self) -> frozenset[str]:
        """The names of the members that its schema declares."""
        return frozenset(types_of(self.schema).members)

    @cached_property
    def raw(self) -> bool:
        """Whether it is read from percent-encoded text."""
        return not self.json and self.reading.is_raw

    @cached_property
    def may_be_absent(self) -> bool:
        """Whether it need not be given, and stands for nothing then."""
        return not self.required and self._default is ABSENT

    @cached_property
    def _is_read_as_it_is(self) -> bool:
        """Whether a single text is the value, whatever it says."""
        return not (self.json or self.raw or self.spread) and self.reading.is_any_text

    @cached_property
    def _default(self) -> Any:
        schema = self.schema.value if self.schema else None
        return schema.get("default", ABSENT) if isinstance(schema, dict) else ABSENT

    @property
    def example(self) -> Any:
        """The first example's value, ABSENT when there is none."""
        return self.examples[0].value if self.examples else ABSENT

    @property
    def default(self) -> Any:
        """A copy of the contract's default, ABSENT when it has none."""
        default = self._default
        return copy.deepcopy(default) if isinstance(default, dict | list) else default

    @property
    def types(self) -> frozenset[str]:
        """The JSON types that its schema admits at its top; empty when it does not say."""
        return types_of(self.schema).own

    def read(self, given: Sequence[str] | Mapping[str, Sequence[str]]) -> tuple[Any, list[Violation]]:
        """The parameter's value, ABSENT when nothing was given, and what is wrong with it or remarkable.

        `given` holds the texts that came under its name, undecoded where it is `raw`; for what is `spread`
        over several names those of all names that nothing else has.
        """
        if not given:
            return self._absent()
        if self._is_read_as_it_is and isinstance(given, list) and len(given) == 1:
            return given[0], []
        if self.empty and not isinstance(given, Mapping) and not given[-1]:
            return self._empty()
        told: list[Remark] = []
        if self.json and not isinstance(given, Mapping):
            value, violations = self._from_json(given, told)
            if violations:
                return ABSENT, violations
        else:
            try:
                value = self.reading.read(given, told)
            except Misread as misread:
                value, told = self._again(given, told)
                if value is ABSENT:
                    return ABSENT, [self._violation("style", str(misread), given)]
        if value is ABSENT:
            return self._absent()
        if self.validator is not None and not self.validator.is_valid(value):
            again, remarks = self._again(given, told)
            if again is ABSENT or not self.validator.is_valid(again):
                return value, [
                    *self.validator.violations(value, self.place, (self.name,)),
                    *self._notices(told),
                ]
            value, told = again, remarks
        # A text has nothing that could be filled in.
        if not isinstance(value, str) and self.normalizer is not None:
            value = self.normalizer.fill(value)
        return value, self._notices(told) if told else []

    def _again(
        self, given: Sequence[str] | Mapping[str, Sequence[str]], told: list[Remark]
    ) -> tuple[Any, list[Remark]]:
        """The value with delimiters that are percent-encoded, ABSENT when there are none."""
        if not self.raw or isinstance(given, Mapping):
            return ABSENT, told
        again: list[Remark] = []
        try:
            return self.reading.read_encoded(given, again), again
        except Misread:
            return ABSENT, told

    def _notices(self, told: Sequence[Remark]) -> list[Violation]:
        return [
            Violation(
                self.place,
                (self.name, *remark.path),
                "lenient",
                remark.message,
                value=remark.text,
                source=self.source,
                notice=True,
            )
            for remark in told
        ]

    def _violation(self, rule: str, message: str, given: Any) -> Violation:
        value = given[-1] if isinstance(given, list) else ABSENT
        return Violation(self.place, (self.name,), rule, message, value=value, source=self.source)

    def _empty(self) -> tuple[Any, list[Violation]]:
        """What an empty value stands for where one is allowed, whatever the schema asks."""
        if not self.types or "string" in self.types:
            return "", []
        return ([] if "array" in self.types else self.default), []

    def _absent(self) -> tuple[Any, list[Violation]]:
        if self.required:
            message = f"The {self.where} parameter {self.name!r} is required."
            return ABSENT, [Violation(self.place, (self.name,), "required", message, source=self.source)]
        return self.default, []

    def _from_json(self, given: Sequence[str], told: list[Remark]) -> tuple[Any, list[Violation]]:
        text = given[-1]
        if given[1:]:
            told.append(Remark((), text, f"It came {len(given)} times, and takes one value: the last."))
        if self.where == "cookie" and self.style != "cookie" and "%" in text:
            text = unquote(text)
        raw = text.encode()
        try:
            if not nests_deeply(raw):
                value = orjson.loads(raw)
                told += (Remark((), key, sentence_of(key, "parameter")) for key in repeated_keys(raw, value))
                return value, []
            message = f"{self.name!r} is JSON nested more than {DEEPEST} levels deep."
        except orjson.JSONDecodeError as error:
            message = f"{self.name!r} {not_json(error)}."
        return ABSENT, [self._violation("json", message, given)]
