"""Words that mean the same in the names of parameters and properties: `created_at`, `born`; `tag`, `tags`."""

from __future__ import annotations

from functools import lru_cache

import inflection

from mockade.contract.name_words import joined
from mockade.contract.vocabulary import CREATED, MOMENT_ENDS, UPDATED
from mockade.crud.roles.naming import Words

_STEMS = {
    **dict.fromkeys((*CREATED, "born"), "created"),
    **dict.fromkeys(UPDATED, "updated"),
    **dict.fromkeys(("start", "started", "begin"), "start"),
    **dict.fromkeys(("end", "ended", "finished"), "end"),
}
"""Words that name one moment."""

TIME_WORDS = frozenset({*MOMENT_ENDS, "last"})
"""Words that add nothing to the name of a moment: `created_at`, `date_created`."""


@lru_cache(maxsize=1024)
def numbers_of(word: str) -> tuple[str, ...]:
    """A word, and what it is in the other grammatical number: `tag`, `tags`."""
    return tuple(dict.fromkeys((word, inflection.singularize(word), inflection.pluralize(word))))


def moment_stem(name: Words) -> Words:
    """What a moment's name means without the words that all such names have; empty for `date` alone."""
    return tuple(_STEMS.get(word, word) for word in name if word not in TIME_WORDS)


def vocabulary(names: str) -> frozenset[str]:
    """A set of names, their words run together, from a text that lists them."""
    return frozenset(map(joined, names.split()))


def meanings(**names: str) -> dict[str, str]:
    """What each name means, by its words run together; each meaning with a text that lists its names."""
    return {name: meaning for meaning, listed in names.items() for name in vocabulary(listed)}
