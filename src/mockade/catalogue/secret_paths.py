"""What is taken for a secret in a path that no contract has, and of which nothing says what its parts are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from urllib.parse import unquote

from mockade.catalogue.secret_names import is_bare, names_secret, words
from mockade.contract.schemes import REDACTED

SHORTEST = 8
"""Characters of a credential that is known, from which on it stands nowhere by chance."""

_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_LONGEST_WORD = 20
"""Characters from which on a mixture of capitals, small letters and digits is no word, and no UUID."""


def secrets_in(path: str, known: Collection[str]) -> Iterator[str]:
    """The parts of an undecoded path that are secrets, as they stand there.

    What is one: `known` credentials; what follows a step with the name of a secret and is no word; what such
    a name is set to (`/a;token=x`); a JSON Web Token; and what is long and mixed as only made keys are.
    """
    plain = unquote(path)
    for credential in known:
        if len(credential) >= SHORTEST and credential in plain:
            yield from (step for step in path.split("/") if credential in unquote(step))
    steps = path.split("/")
    for before, step in pairwise(steps):
        text = unquote(step)
        if not text:
            continue
        if (_is_named(unquote(before)) and not text.isalpha()) or _JWT.search(text) or _is_mixed(text):
            yield step
        else:
            yield from _set(step)


def without(path: str, secrets: Collection[str]) -> str:
    """The path with what is secret hidden, the longest first: one may be part of another."""
    for one in sorted(secrets, key=len, reverse=True):
        path = path.replace(one, REDACTED)
    return path


def _is_named(step: str) -> bool:
    """Whether a step says that a secret follows: `tokens`, `api-key`, `password_resets`."""
    singular = " ".join(word.removesuffix("s") if len(word) > 3 else word for word in words(step))
    return names_secret(singular) or is_bare(step)


def _is_mixed(text: str) -> bool:
    if len(text) < _LONGEST_WORD or not re.fullmatch(r"[\w.:~-]+", text):
        return False
    return all(re.search(kind, text) for kind in ("[a-z]", "[A-Z]", "[0-9]"))


def _set(step: str) -> Iterator[str]:
    """The values of names of secrets in a step, such as matrix parameters."""
    for part in re.split("[;,&]", step):
        name, equals, value = part.partition("=")
        if equals and value and (names_secret(unquote(name)) or is_bare(unquote(name))):
            yield value
