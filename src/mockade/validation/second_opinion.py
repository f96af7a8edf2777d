"""What openapi-spec-validator and jsonschema find in a contract, its examples and fixtures, and we do not."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import validator_for
from jsonschema_path import SchemaPath
from openapi_schema_validator import OAS30Validator, OAS31Validator
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.validation.keywords import ValueValidator
from referencing import Registry, Specification
from referencing.jsonschema import DRAFT202012

from mockade.catalogue.api import Api
from mockade.catalogue.fixture_rows import RowCodec
from mockade.catalogue.repeated_rows import written_rows
from mockade.contract.contract import Contract
from mockade.contract.document import Document, Source
from mockade.contract.validators import Validator
from mockade.errors import Finding, Place
from mockade.validation.examples import examples
from mockade.validation.report import SECOND_OPINION
from mockade.validation.standard import source_of

OTHERS = ("openapi-spec-validator", "jsonschema")
"""The libraries that are asked."""

LONGEST = 300
"""Characters of a message that are shown: jsonschema quotes the whole value."""


class Difference(NamedTuple):
    """A complaint of another library that is no fault of the contract."""

    applies: Callable[[Exception, bool], bool]
    """Given the error, and whether the document is OpenAPI 3.0."""
    reason: str


def _is_one_sided(error: ValidationError) -> bool:
    """Whether a missing property is one that its schema calls `readOnly` or `writeOnly`."""
    if error.validator != "required":
        return False
    properties = error.schema.get("properties", {})
    missing = [properties.get(name) for name in error.validator_value if name not in error.instance]
    return any(isinstance(one, dict) and one.keys() & {"$ref", "readOnly", "writeOnly"} for one in missing)


def _asks_pythons_pattern(error: Exception, _old: bool) -> bool:
    if isinstance(error, ValidationError):
        return bool(error.validator == "format" and error.validator_value == "regex")
    return isinstance(error, re.error)


def _asks_pythons_calendar(error: Exception, _old: bool) -> bool:
    return (
        isinstance(error, ValidationError)
        and error.validator == "format"
        and error.validator_value in ("date", "date-time")
        and re.search(r"^0000|:60(\.\d+)?[Zz+-]", str(error.instance)) is not None
    )


DIFFERENCES = (
    Difference(
        lambda error, old: isinstance(error, ValidationError) and old and error.instance is None,
        "`nullable` beside allOf, anyOf or oneOf without `type` admits null, as most generators mean it.",
    ),
    Difference(
        lambda error, old: (
            isinstance(error, ValidationError)
            and old
            and isinstance(error.schema, dict)
            and "$ref" in error.schema
            and error.validator != "$ref"
        ),
        "What stands beside a `$ref` counts for nothing in OpenAPI 3.0; openapi-schema-validator reads it.",
    ),
    Difference(
        lambda error, _old: isinstance(error, ValidationError) and _is_one_sided(error),
        "`required` counts for the side that sends a property: jsonschema knows no readOnly and writeOnly, "
        "openapi-schema-validator does not look for them behind a `$ref`.",
    ),
    Difference(
        lambda error, _old: (
            isinstance(error, ValidationError)
            and error.validator == "multipleOf"
            and isinstance(error.instance / 1, float)
            and float in (type(error.instance), type(error.validator_value))
        ),
        "0.3 is three times 0.1: we compare decimals as they are written, jsonschema divides floats.",
    ),
    Difference(
        _asks_pythons_pattern, "Patterns are ECMA-262's, such as \\p{L}; jsonschema asks Python's `re`."
    ),
    Difference(
        _asks_pythons_calendar,
        "RFC 3339 has leap seconds and the year 0000; Python's calendar has neither.",
    ),
    Difference(
        lambda error, _old: isinstance(error, RecursionError),
        "openapi-schema-validator follows a discriminator from the base to a part, and from there back.",
    ),
)
"""What is not reported: differences that are of the other libraries' making, or a decision of ours."""


def second_opinion(
    document: Document, contract: Contract | None, api: Api | None, findings: Sequence[Finding]
) -> Iterator[Finding]:
    """What the two libraries find at places where `findings`, which are ours, have none.

    Neither reads a file or asks the network: a `$ref` leads to what the document has read already.
    """
    is_old = document.lone_refs
    own = {finding.place for finding in findings}
    found: dict[Place, str] = {}
    """By place: both libraries check defaults."""
    for source, error in _document_errors(document, own):
        if not _is_theirs(error, is_old):
            found.setdefault(source.place(), f"openapi-spec-validator: {_sentence(error)}")
    if contract is not None:
        check = _Check(document, sound=not own)
        rows = _row_errors(api, check) if api is not None else ()
        for place, message in chain(_example_errors(contract, check), rows):
            found.setdefault(place, message)
    for place, message in found.items():
        yield Finding(place, message, "Mockade itself has nothing against it.", SECOND_OPINION, "warning")


def _example_errors(contract: Contract, check: _Check) -> Iterator[tuple[Place, str]]:
    for example in examples(contract):
        if not example.violations():
            for error in check.errors(example.validators, example.node.value):
                place = example.node.source.child(*_path(error)).place()
                yield place, f"jsonschema, of this {example.kind}: {_sentence(error)}"


def _row_errors(api: Api, check: _Check) -> Iterator[tuple[Place, str]]:
    for name in api.fixtures.rows:
        schema = api.collections[name]
        codec = RowCodec(schema)
        for written in written_rows(api.fixtures, name, schema, _report_nothing):
            if written.number > 1:
                continue  # it is as the first of its repetition
            row, _ = codec.decode(written.values)
            if row is not None:
                for error in check.errors([schema.validator], dict(row)):
                    place = api.fixtures.place(*written.pointer, *_path(error))
                    yield place, f"jsonschema, of this row of {name}: {_sentence(error)}"


def _report_nothing(*_facts: object) -> None:
    """Ignores what is wrong: it keeps the API from being put together."""


def _is_theirs(error: Exception, is_old: bool) -> bool:
    return any(difference.applies(error, is_old) for difference in DIFFERENCES)


def _sentence(error: Exception) -> str:
    """The error's message on one line; of alternatives the one that is nearest to fitting."""
    text = error.message if isinstance(error, ValidationError) else f"{type(error).__name__}: {error}"
    line = " ".join(text.split())
    return f"{line[:LONGEST]}{'…' if len(line) > LONGEST else ''}"


def _path(error: Exception) -> tuple[str | int, ...]:
    return tuple(error.absolute_path) if isinstance(error, ValidationError) else ()


class _Check:
    """The `jsonschema` library over the schemas of one document."""

    def __init__(self, document: Document, sound: bool) -> None:
        self._sound = sound
        # An OpenAPI 3.0 file has no ids to look for; a property that is called `id` is none.
        kind: Specification[Any] = Specification.OPAQUE if document.lone_refs else DRAFT202012
        files = [(uri, kind.create_resource(data)) for uri, data in document.files.items()]
        self._registry: Registry[Any] = Registry().with_resources(files)
        self._is_old = document.lone_refs

    def errors(self, validators: Iterable[Validator], value: Any) -> Sequence[Exception]:
        """What `jsonschema` has against `value` by every one of the schemas, listed differences left out."""
        found: list[Exception] = []
        for source in dict.fromkeys(validator.source for validator in validators):
            found = [error for error in self._all(source, value) if not _is_theirs(error, self._is_old)]
            if not found:
                break
        return found

    def _all(self, source: Source, value: Any) -> list[Exception]:
        kind = OAS30Validator if self._is_old else OAS31Validator
        checker = kind({"$ref": source.ref}, registry=self._registry, format_checker=kind.FORMAT_CHECKER)
        try:
            return list(checker.iter_errors(value))
        except Exception as error:  # it takes the form of a schema for granted
            return [error] if self._sound else []


def _document_errors(document: Document, places: set[Place]) -> Iterator[tuple[Source, Exception]]:
    """The errors of openapi-spec-validator with their places, but for those with one of `places` inside."""
    kind = _spec_validator(document.lone_refs)

    data = document.files[document.uri]
    path = SchemaPath.from_dict(data, base_uri=document.uri, handlers=_OnlyFiles(document.files))
    checker = kind(path)
    try:
        errors: list[Exception] = list(checker.iter_errors())
    except Exception as failure:  # it takes the form for granted, and fails where that is wrong
        errors = [] if places else [failure]
    for error in errors:
        nearest = best_match([error]) if getattr(error, "context", None) else error
        source = source_of(document, _path(error))
        is_told = document.slips.covers(source.uri, source.pointer)
        if not is_told and places.isdisjoint(_places_in(document, source)):
            yield source_of(document, _path(nearest)), nearest


class _OnlyFiles(dict[str, Any]):
    """By scheme of an address, what reads it: for every scheme the files that a document has read already."""

    def __contains__(self, _scheme: object) -> bool:
        return True

    def __getitem__(self, _scheme: str) -> Callable[[str], Any]:
        return super().__getitem__


def _places_in(document: Document, source: Source) -> Iterator[Place]:
    """The place of some words, and of everything inside them."""
    yield source.place()
    try:
        value = document.value_at(source)
    except LookupError:
        return
    below: Iterable[str | int] = value if isinstance(value, dict) else ()
    below = range(len(value)) if isinstance(value, list) else below
    for step in below:
        yield from _places_in(document, source.child(step))


@cache
def _spec_validator(is_old: bool) -> Any:
    """The library's validator, with errors that have their path, and `jsonschema` underneath."""
    kind: Any = OpenAPIV30SpecValidator if is_old else OpenAPIV31SpecValidator
    # Left to itself it would ask the compiled validator, which is what we have asked.
    standard = {**kind.schema_validator.schema}
    parts: Mapping[str, Any] = {name: _placing(part) for name, part in kind.keyword_validators.items()}
    words = {"schema_validator": validator_for(standard)(standard), "keyword_validators": parts}
    return type("SpecValidator", (kind,), words)


class _FromRoot(deque[str | int]):
    """An error's path that begins at the document's root."""


def _placing(kind: Any) -> Any:
    """A keyword's validator whose errors have their path from the root, and not from the part it is given."""

    class Placing(kind):  # type: ignore[misc]  # chosen at run time
        def __call__(self, *arguments: Any, **options: Any) -> Iterator[ValidationError]:
            part = next(one for one in arguments if isinstance(one, SchemaPath))
            part = part / "default" if issubclass(kind, ValueValidator) else part
            for error in super().__call__(*arguments, **options):
                if not isinstance(error.relative_path, _FromRoot):
                    error.path = error.relative_path = _FromRoot([*part.parts, *error.relative_path])
                yield error

    return Placing
