"""What an action does to a row: which of its properties say that what the verb names has happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.name_words import split_words
from mockade.contract.properties import types
from mockade.contract.vocabulary import MOMENT_ENDS
from mockade.crud.roles.naming import Words
from mockade.handling import Call

_STATES = frozenset({"status", "state", "phase", "stage", "lifecycle", "condition"})
"""Last words of properties that say how a thing is."""

_PARTICIPLES = {
    "pay": "paid",
    "send": "sent",
    "sell": "sold",
    "hold": "held",
    "win": "won",
    "lose": "lost",
    "begin": "begun",
    "draw": "drawn",
    "freeze": "frozen",
    "withdraw": "withdrawn",
    "take": "taken",
    "build": "built",
    "make": "made",
    "hide": "hidden",
    "give": "given",
    "leave": "left",
    "run": "ran",
    "choose": "chosen",
    "break": "broken",
    "bind": "bound",
    "find": "found",
    "lay": "laid",
    "bring": "brought",
    "do": "done",
    "undo": "undone",
    "buy": "bought",
    "lend": "lent",
    "shut": "shut",
    "put": "put",
}
"""Of verbs whose participle has another stem."""

_LASTING: Mapping[str, Words] = {
    **dict.fromkeys(
        ("start", "run", "launch", "boot", "begin", "restart", "wake"), ("running", "active", "progress")
    ),
    **dict.fromkeys(("resume", "unpause", "continue"), ("running", "active", "progress", "started")),
    **dict.fromkeys(("activate", "enable", "unsuspend", "reactivate"), ("active", "enabled", "activated")),
    **dict.fromkeys(("restore", "unarchive", "reinstate"), ("active", "available", "open")),
    **dict.fromkeys(("deactivate", "disable"), ("inactive", "disabled", "deactivated")),
    **dict.fromkeys(("reopen", "unlock", "unresolve"), ("open", "opened", "unlocked")),
    **dict.fromkeys(("stop", "end", "terminate"), ("stopped", "ended", "finished", "completed")),
    **dict.fromkeys(("finish", "complete"), ("stopped", "ended", "finished", "completed", "done")),
    **dict.fromkeys(("unpublish",), ("draft", "unpublished")),
    **dict.fromkeys(("ban", "block"), ("banned", "blocked")),
    **dict.fromkeys(("join", "accept"), ("joined", "accepted", "active")),
    "suspend": ("paused",),
    "pause": ("suspended",),
    "kick": ("removed",),
    "void": ("canceled",),
}
"""Words for how a thing is after a verb, where no value has the verb's own stem; the likeliest first."""

_UNDOES: Mapping[str, Words] = {
    "resume": ("pause", "suspend"),
    "reopen": ("close", "resolve"),
    "restore": ("archive", "delete", "trash"),
    "enable": ("disable",),
    "activate": ("deactivate", "suspend"),
    "show": ("hide",),
    "close": ("open",),
}
"""What a verb undoes that does not begin with a negation."""

_NEGATIONS = ("un", "de", "dis")
_SMALL = frozenset(
    {"as", "to", "the", "a", "is", "it", "mark", "set", "make", "change", "request", "by", "and"}
)
"""Words in the name of an action that are not what is done."""

_AUXILIARIES = frozenset({"is", "was", "has", "been", "are"})


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    # It brings a module for each of forty languages, a tenth of our own imports, and few APIs have actions.
    from snowballstemmer import stemmer

    return stemmer("english")


class Outcome(NamedTuple):
    """A property that an action changes; `value` None stands for the moment of it."""

    name: str
    value: Any
    kinds: frozenset[str] = frozenset()
    format: str = ""

    def at(self, call: Call) -> Any:
        """The property's new value."""
        if self.value is not None:
            return self.value
        if "string" in self.kinds:
            return call.now()[:10] if self.format == "date" else call.now()
        return int(call.seconds())


def outcomes(action: Words, properties: Mapping[str, Node], *, undone: bool = False) -> tuple[Outcome, ...]:
    """What `action` changes in rows of these properties; `undone` is that it is taken back.

    That is a status whose one value the verb names (`cancel`: `canceled`), a flag of its participle
    (`archived`, `isArchived`) and its moment (`archived_at`).
    """
    for verb in _verbs(action):
        found = tuple(_of_verb(f"un{verb}" if undone else verb, properties))
        if found:
            return found
    return ()


def _verbs(action: Words) -> list[str]:
    """The words of an action that may say what is done, the likeliest first: `mark as paid` is paid."""
    telling = [word for word in action if word not in _SMALL]
    return telling if action[:1] == tuple(telling[:1]) else telling[::-1]


def _of_verb(verb: str, properties: Mapping[str, Node]) -> Iterator[Outcome]:
    opposites = _opposites(verb)
    said = list(_said(verb, opposites, properties))
    status = _status(verb, properties)
    if status is not None:
        values = _values(properties[status.name])
        # Where a flag is unset, a status that never told of it stays: who is unarchived may be shipped.
        is_of_it = any(_named(one, values) is not None for one in (verb, *opposites))
        if is_of_it or not any(one.value is False for one in said):
            yield status
    yield from said


def _said(verb: str, opposites: Sequence[str], properties: Mapping[str, Node]) -> Iterator[Outcome]:
    """The flags and moments that say that it is done."""
    for name, schema in properties.items():
        words = [word for word in split_words(name) if word not in _AUXILIARIES]
        kinds = types(schema) - {"null"}
        if kinds == {"boolean"} and len(words) == 1:
            if _means(words[0], verb):
                yield Outcome(name, True)
            elif any(_means(words[0], one) for one in opposites):
                yield Outcome(name, False)
        elif len(words) == 2 and words[1] in MOMENT_ENDS and _means(words[0], verb):
            is_moment = (
                schema.text("format") in ("date-time", "date") if "string" in kinds else kinds == {"integer"}
            )
            if is_moment:
                yield Outcome(name, None, kinds, schema.text("format"))


def _opposites(verb: str) -> list[str]:
    """The verbs that a verb undoes."""
    plain = [verb[len(one) :] for one in _NEGATIONS if verb.startswith(one) and len(verb) > len(one) + 2]
    return [*plain, *(f"en{one}" for one in plain), *_UNDOES.get(verb, ())]


def _status(verb: str, properties: Mapping[str, Node]) -> Outcome | None:
    """The status that the verb leads to; of several properties one that is called so."""
    found = []
    for name, schema in properties.items():
        values = _values(schema)
        value = _value(verb, values) if len(values) > 1 else None
        if value is not None:
            is_state = bool(_STATES.intersection(split_words(name)[-1:]))
            found.append((not is_state, len(split_words(name)), Outcome(name, value)))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _values(schema: Node) -> list[str]:
    values = schema.value.get("enum") if isinstance(schema.value, dict) else None
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _value(verb: str, values: Sequence[str]) -> str | None:
    """The one value that a verb leads to: that it names, or that is known for it."""
    found = _named(verb, values)
    for word in _LASTING.get(verb, ()) if found is None else ():
        several = [value for value in values if word in split_words(value)]
        if len(several) == 1:
            return several[0]
    return found


def _named(verb: str, values: Sequence[str]) -> str | None:
    """The one value of a verb's own stem, or with its stem among others."""
    words = {value: split_words(value) for value in values}
    alone = [value for value, parts in words.items() if len(parts) == 1 and _means(parts[0], verb)]
    within = [value for value, parts in words.items() if any(_means(part, verb) for part in parts)]
    for several in (alone, within):
        done = [value for value in several if not words[value][-1].endswith("ing")]
        for group in (done, several):
            if len(group) == 1 or len({_stem(value.lower()) for value in group}) == 1:
                return group[0]
    return None


@lru_cache(maxsize=4096)
def _means(word: str, verb: str) -> bool:
    """Whether a word is a form of the verb: `cancelled` of cancel, `paid` of pay, `active` of activate."""
    if word in (verb, _PARTICIPLES.get(verb)):
        return True
    return _stem(word) == _stem(verb) and len(_stem(verb)) > 2
