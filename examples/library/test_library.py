"""The client's suite: `mockade exec examples/library -- pytest examples/library`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from library import AlreadyThere, Book, Library

HARBOUR = "9780000000001"
NEW = Book("9780000000009", "The Storm", "ebook")


@pytest.fixture
def library(world: Any) -> Iterator[Library]:
    with Library(world.url("library"), "reader-key", world.sleep) as library:
        yield library


def test_all_books_are_found_page_by_page(library: Library) -> None:
    assert [book.title for book in library.books(page=2)] == ["The Harbour", "The Lighthouse", "The Tide"]


def test_a_new_book_is_there(library: Library) -> None:
    assert library.add(NEW) == NEW == library.book(NEW.isbn)


def test_a_book_is_added_once(library: Library) -> None:
    library.add(NEW)
    with pytest.raises(AlreadyThere):
        library.add(NEW)


def test_what_somebody_else_changed_stays(library: Library, world: Any) -> None:
    library.book(HARBOUR)
    world.control("PATCH", f"state/library/books/{HARBOUR}", {"pages": 300})
    assert library.rename(HARBOUR, "The Port") == Book(HARBOUR, "The Port", "paper", 300)


def test_a_loan_is_waited_for(world: Any) -> None:
    def sleep(seconds: float) -> None:
        world.sleep(seconds)
        waits.append(seconds)
        if len(waits) == 3:  # the librarian brings it
            (loan,) = world.control("GET", "state/library/loans", None)["rows"]
            world.control("PATCH", f"state/library/loans/{loan['id']}", {"state": "ready"})

    waits: list[float] = []
    with Library(world.url("library"), "reader-key", sleep) as library:
        assert library.borrow(HARBOUR).state == "ready"
    assert waits == [2.0, 2.0, 2.0]


def test_a_busy_library_is_asked_again_when_it_may_be(library: Library, world: Any) -> None:
    rule = {"match": {"operation": "getBook"}, "do": {"status": 429, "retry_after": 5}, "count": 1}
    world.control("POST", "faults", rule)
    assert library.book(HARBOUR).title == "The Harbour"
