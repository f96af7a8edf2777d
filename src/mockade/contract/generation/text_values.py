"""Texts that fit a schema: by its pattern, its format, the property's name, or a few words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockade.contract.generation.draws import Draws
from mockade.contract.generation.format_lengths import has_lengths, resized
from mockade.contract.generation.format_patterns import variants
from mockade.contract.generation.format_values import FORMAT_MAKERS
from mockade.contract.generation.merged_schema import MergedSchema
from mockade.contract.generation.name_rules import suited
from mockade.contract.generation.patterns import matching_text
from mockade.contract.generation.row_context import RowContext, sentence
from mockade.contract.generation.words import ADJECTIVES, NOUNS
from mockade.contract.name_words import split_words

LONGEST = 50_000
_TRIES = 4


def text(schema: MergedSchema, row: RowContext, draws: Draws, name: str) -> str | None:
    """A text that the schema admits, None where none was found. `name` is the property's."""
    for _ in range(_TRIES):
        for one in _candidates(schema, row, draws, name):
            if schema.admits_text(one):
                return one
        if not schema.patterns and schema.format not in FORMAT_MAKERS:
            break
    least, most = schema.lengths
    if least > LONGEST:
        return None
    for expression in schema.patterns:
        found = matching_text(expression, draws, schema.admits_text, least, most)
        if found is not None:
            return found
    if schema.patterns and schema.format in FORMAT_MAKERS:
        made = FORMAT_MAKERS[schema.format](row, draws, split_words(name))
        return next(filter(schema.admits_text, variants(made, _fragments(schema, draws))), None)
    if schema.patterns or least > most:
        return None
    for one in (*_candidates(schema, row, draws, name), sentence(draws), draws.pick(NOUNS), ""):
        sized = fitted(one, least, most)
        if schema.admits_text(sized):
            return sized
    return None


def _fragments(schema: MergedSchema, draws: Draws) -> list[str]:
    """Texts that match the schema's patterns, whatever else it asks; each once, and never an empty one."""
    drawn = [
        matching_text(expression, draws, lambda _text: True, 0, LONGEST)
        for expression in schema.patterns
        for _ in range(_TRIES)
    ]
    return list(dict.fromkeys(one for one in drawn if one))


def _candidates(schema: MergedSchema, row: RowContext, draws: Draws, name: str) -> Iterator[str]:
    """Texts to try, the one that suits best first."""
    words = split_words(name)
    format = schema.format
    if format in FORMAT_MAKERS:
        made = FORMAT_MAKERS[format](row, draws, words)
        least, most = schema.lengths
        yield made
        if has_lengths(format):
            yield from resized(format, made, least, most)
            if schema.patterns:  # they may ask for a form that the length does not
                yield from resized(format, made, len(made) + 1, most)
            return
    elif not format and schema.first("contentEncoding") == "base64":
        yield FORMAT_MAKERS["byte"](row, draws, words)
    maker = suited(name)
    if maker is not None:
        suiting = maker(row, draws, words)
        for one in suiting if isinstance(suiting, tuple) else (suiting,):
            yield one if isinstance(one, str) else f"{one:.2f}" if isinstance(one, float) else str(one)
    elif not schema.patterns:
        yield f"{draws.pick(ADJECTIVES)} {draws.pick(NOUNS)}"
        yield draws.pick(NOUNS)


def fitted(text: str, least: int, most: int) -> str:
    """The text, cut or continued so that its length is within bounds."""
    if len(text) > most:
        cut = text[:most]
        whole = cut.rpartition(" ")[0]
        text = whole if len(whole) >= max(least, 1) else cut.strip() if len(cut.strip()) >= least else cut
    while len(text) < least:
        more = f"{text} {text}" if text else "string"
        text = more[: max(least, 1)]
        if text.endswith(" "):
            text = text[:-1] + "s"
    return text


_DIGIT = re.compile(r"[0-9]")
_HEX = re.compile(r"[0-9a-f-]{8,}")


def similar(example: Any, draws: Draws) -> Any:
    """Another value of the same make as an example: its digits, or hexadecimal ones, drawn anew."""
    if isinstance(example, bool) or not isinstance(example, int | str):
        return example
    if isinstance(example, int):
        return example + draws.between(1, 97) if example >= 0 else example
    if _HEX.fullmatch(example):
        kept = "-89ab4" if len(example) == 36 else "-"
        return "".join(one if one in kept else draws.pick("0123456789abcdef") for one in example)
    return _DIGIT.sub(lambda _found: draws.pick("0123456789"), example)
