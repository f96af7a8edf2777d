"""A shared journal has the entries of all processes, in the order of their numbers (`stores/journals.py`)."""

from __future__ import annotations

import pytest

from mockade.stores import shared_journal
from mockade.stores.entries import encode_entry
from mockade.stores.interface import Entry, Numbers
from mockade.stores.shared_journal import LOST, SharedJournal
from mockade.worlds.journal import Exchange, ignore


def entry(number: int) -> Entry:
    return Entry(number, encode_entry(Exchange("GET", f"/{number}", "w", id=number)))


def paths(journal: SharedJournal) -> list[str]:
    return [one.path or one.reason for one in journal]


def test_entries_that_come_in_another_order_are_told_in_that_of_their_numbers() -> None:
    journal = SharedJournal(10)
    journal.read_on("w", [entry(1), entry(3)], "a", ignore)
    assert paths(journal) == ["/1"]
    journal.read_on("w", [entry(2), entry(4)], "b", ignore)
    assert paths(journal) == ["/1", "/2", "/3", "/4"]
    found = journal.find(3)
    assert found is not None
    assert found.path == "/3"


def test_an_entry_that_never_comes_is_told_as_lost_once_it_was_waited_for() -> None:
    journal = SharedJournal(10)
    journal.read_on("w", [entry(1), entry(3)], "a", ignore)
    journal.give_up_on_holes()
    assert paths(journal) == ["/1"]
    journal.give_up_on_holes(at_once=True)
    assert paths(journal) == ["/1", LOST, "/3"]
    journal.read_on("w", [entry(2)], "b", ignore)
    assert paths(journal) == ["/1", LOST, "/3"]


def test_only_the_newest_of_a_long_journal_are_there() -> None:
    journal = SharedJournal(2)
    journal.expect(Numbers(0, 10, 0.0))
    journal.read_on("w", [entry(number) for number in (8, 9, 10)], "a", ignore)
    assert paths(journal) == ["/9", "/10"]


def test_what_others_entered_is_counted_and_what_this_process_entered_was() -> None:
    counted: list[str] = []
    journal = SharedJournal(10)
    mine = Exchange("GET", "/1", "w", id=1)
    journal.append(mine)
    journal.read_on("w", [entry(1), entry(2)], "a", lambda exchange: counted.append(exchange.path))
    assert counted == ["/2"]


def test_what_this_process_entered_long_ago_is_not_taken_for_what_others_did() -> None:
    counted: list[str] = []
    journal = SharedJournal(2)
    for number in (1, 2, 3):
        journal.append(Exchange("GET", f"/{number}", "w", id=number))
    journal.expect(Numbers(0, 4, 0.0))
    journal.read_on(
        "w", [entry(number) for number in (1, 2, 3, 4)], "a", lambda exchange: counted.append(exchange.path)
    )
    assert counted == ["/4"]
    assert paths(journal) == ["/3", "/4"]


def test_what_has_no_number_is_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a store is away nobody gives one, and each refusal is an entry."""
    size = Exchange("GET", "/", "w").size()
    monkeypatch.setattr(shared_journal, "MOST_UNSENT", 10 * size)
    journal = SharedJournal(10)
    for number in range(100):
        journal.append(Exchange("GET", f"/{number}", "w", caller=str(number)))
        assert len(journal.unnumbered) <= 10
        assert journal.unnumbered[-1].caller == str(number)
        if number % 7 == 0:
            journal.give_back(journal.take_unnumbered())
    assert [int(one.caller) for one in journal.unnumbered] == list(range(100 - len(journal.unnumbered), 100))
    taken = journal.take_unnumbered()
    assert (journal.unnumbered, journal.unnumbered_bytes) == ([], 0)
    journal.append(Exchange("GET", "/", "w", caller="new"))
    journal.put_back(taken[-2:])
    assert [one.caller for one in journal.unnumbered] == ["98", "99", "new"]


def test_what_cannot_be_sent_is_kept_within_bounds() -> None:
    journal = SharedJournal(10)
    size = Exchange("GET", "/", "w").size()
    most, shared_journal.MOST_UNSENT = shared_journal.MOST_UNSENT, 3 * size
    try:
        for number in range(1, 6):
            journal.append(Exchange("GET", "/", "w", id=number))
    finally:
        shared_journal.MOST_UNSENT = most
    taken = journal.take_unsent(10)
    assert [one.id for one in taken] == [3, 4, 5]
    journal.send_again(taken)
    assert [one.id for one in journal.take_unsent(2)] == [3, 4]


def test_a_world_that_is_made_again_has_a_journal_of_its_own() -> None:
    journal = SharedJournal(10)
    journal.begin("one", 9)
    journal.read_on("w", [entry(1)], "a", ignore)
    journal.begin("one", 9)
    assert len(journal) == 1
    journal.begin("two", 9)
    assert (len(journal), journal.mark, journal.place) == (0, "two", "")
