"""Values that suit what a name is the name of: people, money, moments, identifiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockade.contract.generation import words
from mockade.contract.generation.draws import Draws
from mockade.contract.generation.format_values import moment, uuid
from mockade.contract.generation.row_context import RowContext, rank_of, rfc3339, sentence
from mockade.contract.generation.words import split

NameMaker = Callable[[RowContext, Draws, tuple[str, ...]], Any]
"""Makes a value for a row, of the words of a name; of a tuple of values the first that fits is taken."""

PEOPLE = set(
    split(
        "account actor admin agent artist assignee attendee author buyer client contact coach creator "
        "customer driver employee friend guest holder host lead manager member owner passenger patient "
        "performer person player profile recipient reviewer sender student subscriber teacher user "
        "visitor"
    )
)
_COMPANIES = set(
    split(
        "company organization organisation org business employer merchant vendor supplier brand carrier "
        "bank publisher"
    )
)
_PLACES = {
    "city": "city",
    "town": "city",
    "location": "city",
    "country": "country",
    "region": "region",
    "state": "region",
    "province": "region",
}


def proper_name(row: RowContext, draws: Draws, name: tuple[str, ...]) -> Any:
    """A name of what it names: by the words before `name`, else by the object's own."""
    for kind in (name[:-1], row.kind):
        of = set(kind)
        if of & _COMPANIES:
            return row.company
        if of & PEOPLE:
            return (row.person.full, row.person.first)
        if of & {"pet", "animal", "dog", "cat"}:
            return draws.pick(words.PETS)
        if of & {"file", "document", "attachment"}:
            return f"{row.slug}.{draws.pick(words.EXTENSIONS)}"
        if of & {"host", "domain"}:
            return f"{draws.pick(words.NOUNS)}.example.com"
        for word in kind:
            if word in _PLACES:
                return getattr(row.place, _PLACES[word])
    return (row.title, row.title.split()[0])


def phone(row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    return (f"+{row.place.dialling}5550{draws.digits(6)}", f"5550{draws.digits(6)}")


def money(_row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    units = draws.between(2, 240)
    return (round(units + draws.pick((0.0, 0.5, 0.95, 0.99)), 2), units * 100 - 1)


def whole_between(low: int, high: int) -> NameMaker:
    return lambda _row, draws, _name: draws.between(low, high)


def decimal_between(low: float, high: float, places: int = 2) -> NameMaker:
    scale = 10**places
    return lambda _row, draws, _name: draws.between(int(low * scale), int(high * scale)) / scale


def one_of(options: tuple[str, ...]) -> NameMaker:
    return lambda _row, draws, _name: draws.pick(options)


def identifier(_row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    return (uuid(draws), draws.digits(12, "0123456789abcdef"), draws.between(1, 99_999))


def token(_row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    return (
        draws.digits(32, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
        draws.digits(8, "abcdef0123456789"),
    )


def digest(_row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    return (draws.bytes(20).hex(), draws.bytes(8).hex())


def colour(_row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    return (f"#{draws.digits(6, '0123456789abcdef')}", draws.pick(words.COLOURS))


def total(row: RowContext, _draws: Draws, _name: tuple[str, ...]) -> Any:
    return (row.total, row.total % 10 + 1)


def count(_row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    return draws.between(1, 20)


def time_of(row: RowContext, _draws: Draws, name: tuple[str, ...]) -> Any:
    """The moment as text, and as seconds since 1970 (milliseconds where the name says so)."""
    when = moment(row, name)
    seconds = int(when.timestamp())
    number = seconds * 1000 if {"ms", "millis", "milliseconds"} & set(name) else seconds
    return (rfc3339(when), when.strftime("%Y-%m-%d"), number)


def day_of(row: RowContext, _draws: Draws, name: tuple[str, ...]) -> Any:
    when = moment(row, name)
    return (when.strftime("%Y-%m-%d"), rfc3339(when), int(when.timestamp()))


def bound(_row: RowContext, draws: Draws, name: tuple[str, ...]) -> Any:
    """A number that grows with the rank of its name, so that `min` is no larger than `max`."""
    rank = max(0, rank_of(name) or 0)
    return rank * 10 + draws.between(1, 9)


def words_or_sentence(_row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    return (sentence(draws), draws.pick(words.NOUNS))


def state(row: RowContext, draws: Draws, _name: tuple[str, ...]) -> Any:
    """A region in an address, else how far something has come."""
    if row.is_address:
        return (row.place.region, row.place.code)
    return draws.pick(words.STATUSES)


def part_of_name(row: RowContext, _draws: Draws, name: tuple[str, ...]) -> Any:
    """The first or the last name of a person, in an object that is called a name."""
    if "name" in row.kind:
        return row.person.last if name[-1] == "last" else row.person.first
    return row.title
