"""What the user of an API types to lead a client to the mock: the lines of `connect:` in its fixtures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mockade.hints import did_you_mean

URL = "url"
"""The placeholder for what stands before the contract's paths: host, port, world and base path."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")


def connect_lines(lines: Sequence[str], url: str) -> list[str]:
    """The lines with the address in its place."""
    return [line.replace(f"{{{URL}}}", url) for line in lines]


def connect_variables(lines: Sequence[str], url: str) -> dict[str, str]:
    """Those of the lines that set an environment variable, `NAME=value`, by its name."""
    found = (_VARIABLE.fullmatch(line) for line in connect_lines(lines, url))
    return {one[1]: one[2] for one in found if one is not None}


def connect_faults(value: Any) -> Iterator[tuple[str | int, ...]]:
    """What is wrong with a value of `connect`: a message, and the keys that lead to what it is about."""
    if not isinstance(value, list):
        yield ("`connect` is a list of lines that lead a client here, such as GAME_API_URL={url}.",)
        return
    for at, line in enumerate(value):
        if not isinstance(line, str) or not line.isprintable() or not line.strip():
            yield f"A line of `connect` is one line of text, such as GAME_API_URL={{{URL}}}.", at
            continue
        for word in _PLACEHOLDER.findall(line):
            if word != URL:
                hint = did_you_mean(word, [URL])
                known = f"{{{URL}}} is what stands before the contract's paths"
                yield f"{{{word}}} in `connect` stands for nothing; {known}. {hint}".rstrip(), at
