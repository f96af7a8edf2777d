"""Forms and multipart bodies: their fields and parts, as the schema and its encodings mean them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import orjson

from mockade.contract.coercion import Remark, TextTypes, coerced, types_of
from mockade.contract.document import Source
from mockade.contract.encodings import Encoding
from mockade.contract.media_types import is_json
from mockade.contract.multipart import MOST_FIELDS, Part, parts_of
from mockade.contract.operations import Content
from mockade.contract.parameters import Parameter
from mockade.contract.reading import DEEPEST, nests_deeply, not_json
from mockade.contract.repeated_keys import repeated_keys, sentence_of
from mockade.contract.violations import ABSENT, Violation
from mockade.errors import EngineRefusal


def lenient(path: tuple[str | int, ...], text: str, message: str, source: Source) -> Violation:
    """A notice of something in a body that is taken beyond the letter."""
    return Violation("body", path, "lenient", message, value=text, source=source, notice=True)


def undecoded(query: str, names: Set[str]) -> dict[str, list[str]]:
    """The texts of some of the names of a query or form, percent-encoded as they came."""
    found: dict[str, list[str]] = {}
    for pair in query.split("&"):
        raw, _, text = pair.partition("=")
        name = unquote_plus(raw)
        if name in names:
            found.setdefault(name, []).append(text)
    return found


def form_value(raw: bytes, content: Content, found: list[Violation]) -> dict[str, Any]:
    """The fields of an urlencoded form. `found` takes what is wrong with them, and remarks."""
    try:
        query = raw.decode()
        pairs = parse_qsl(
            query, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        message = f"The form is not percent-encoded UTF-8 of at most {MOST_FIELDS:,} fields."
        raise EngineRefusal("malformed_request", message) from None
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    made: dict[str, Any] = {}
    if content.encodings:
        fields = [one.field for one in content.encodings.values() if one.field is not None]
        raw_texts = undecoded(query, {one.name for one in fields if one.raw})
        made = _styled(fields, texts, raw_texts, content, found)
    types, told = types_of(content.schema), list[Remark]()
    for name, values in texts.items():
        encoding = content.encodings.get(name)
        if encoding is not None and encoding.is_json:
            made[name] = _json_values(values, types.of_member(name), (name,), encoding.source, found)
        else:
            made[name] = types.of_member(name).value(values, told, (name,))
    found += [lenient(one.path, one.text, one.message, content.source) for one in told]
    return made


def _styled(
    fields: Sequence[Parameter],
    texts: dict[str, list[str]],
    raw: Mapping[str, list[str]],
    content: Content,
    found: list[Violation],
) -> dict[str, Any]:
    """The fields that are written like query parameters; they are taken out of `texts`."""
    made: dict[str, Any] = {}
    declared = types_of(content.schema).members
    for field in fields:
        if field.spread:
            others = declared.keys() - {field.name, *field.declared}
            names = [name for name in texts if name not in others and field.reading.takes(name)]
        else:
            names = [field.name] if field.name in texts else []
        if not names:
            continue
        given: Any = {name: texts.pop(name) for name in names}
        if not field.spread:
            given = raw.get(field.name) or given[field.name]
        value, told = field.read(given)
        # What does not fit is told when the whole body is held against its schema.
        found += [one for one in told if one.notice or one.rule == "style"]
        if value is not ABSENT:
            made[field.name] = value
    return made


def _json_values(
    texts: Sequence[str],
    types: TextTypes,
    path: tuple[str | int, ...],
    source: Source,
    found: list[Violation],
) -> Any:
    """The JSON values of a name's texts: of all for an array, unless the only one is it; else the last."""
    values = [_json(text, path, source, found) for text in texts]
    if "array" in types.own:
        return values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return values[-1]


def _json(text: str, path: tuple[str | int, ...], source: Source, found: list[Violation]) -> Any:
    raw = text.encode()
    try:
        if not nests_deeply(raw):
            value = orjson.loads(raw)
            found += (
                lenient(path, key, sentence_of(key, "field"), source) for key in repeated_keys(raw, value)
            )
            return value
        message = f"{path[0]!r} is JSON nested more than {DEEPEST} levels deep."
    except orjson.JSONDecodeError as error:
        message = f"{path[0]!r} {not_json(error)}."
    found.append(Violation("body", path, "json", message, value=text, source=source))
    return text


def multipart_value(content_type: str, raw: bytes, content: Content, found: list[Violation]) -> Any:
    """The value of a multipart body: a list of its parts where the schema asks for one, else its fields.

    A part without a name, which form-data does not have, is the next property that no part is named after. A
    file is the text of its bytes.
    """
    parts = parts_of(content_type, raw)
    types = types_of(content.schema)
    told: list[Remark] = []
    if "array" in types.own:
        value: Any = [
            _part_value(part, types.items, None, (at,), content, told, found) for at, part in enumerate(parts)
        ]
    else:
        value = _named_parts(parts, types, content, told, found)
    found += [lenient(one.path, one.text, one.message, content.source) for one in told]
    return value


def _named_parts(
    parts: Sequence[Part],
    types: TextTypes,
    content: Content,
    told: list[Remark],
    found: list[Violation],
) -> dict[str, Any]:
    by_name: dict[str, list[Part]] = {}
    names = {part.name for part in parts}
    left = iter([name for name in types.members if name not in names])
    for at, part in enumerate(parts):
        name = part.name if part.name is not None else next(left, str(at))
        by_name.setdefault(name, []).append(part)
    made: dict[str, Any] = {}
    if content.encodings:
        fields = [one.field for one in content.encodings.values() if one.field is not None]
        texts = {name: [part.text for part in several] for name, several in by_name.items()}
        made = _styled(fields, texts, {}, content, found)
        for name in [name for name in by_name if name not in texts]:
            for part in by_name.pop(name):
                _check_headers(part, name, content.encodings.get(name), found)
    for name, several in by_name.items():
        kinds, encoding = types.of_member(name), content.encodings.get(name)
        if "array" in kinds.own and not (len(several) == 1 and several[0].holds_array):
            made[name] = [
                _part_value(part, kinds.items, encoding, (name, at), content, told, found)
                for at, part in enumerate(several)
            ]
            continue
        if several[1:]:
            message = f"It came {len(several)} times, and takes one value: the last."
            told.append(Remark((name,), several[-1].text[:80], message))
        made[name] = _part_value(several[-1], kinds, encoding, (name,), content, told, found)
    return made


def _part_value(
    part: Part,
    types: TextTypes,
    encoding: Encoding | None,
    path: tuple[str | int, ...],
    content: Content,
    told: list[Remark],
    found: list[Violation],
) -> Any:
    """The value of a part: of its JSON where it is such or has to hold more than text."""
    _check_headers(part, str(path[0]), encoding, found)
    if encoding is not None and part.media_type and not encoding.takes(part.media_type):
        expected = list(encoding.content_types)
        message = f"The part {path[0]!r} is {part.media_type}, and has to be {' or '.join(expected)}."
        source = encoding.source.child("contentType")
        found.append(Violation("body", path, "contentType", message, expected, part.media_type, source))
    wants_text = bool(types.own) and types.own <= {"string", "null"}
    wants_json = encoding is not None and encoding.is_json
    if (is_json(part.media_type) and not wants_text) or (wants_json and not part.is_file):
        return _json(part.text, path, content.source, found)
    return coerced(part.text, types.own, told, path)


def _check_headers(part: Part, name: str, encoding: Encoding | None, found: list[Violation]) -> None:
    """Hold the headers of a part against those that its encoding documents."""
    for documented in encoding.headers if encoding is not None else ():
        text = part.headers.get(documented.name.lower())
        at = (name, documented.name)
        if text is None and documented.required:
            message = f"The part {name!r} lacks the header {documented.name}."
            found.append(Violation("body", at, "required", message, source=documented.source))
        elif text is not None and documented.validator is not None and not documented.admits(text):
            found += documented.validator.violations(text, "body", at)
