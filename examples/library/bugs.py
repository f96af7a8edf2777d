"""Twelve bugs that its own suite does not notice, each planted in the client: `python bugs.py wrong_enum`.

Which of Mockade's gates catches which: docs/ci.md.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress

from library import AlreadyThere, Book, Library, LibraryError, Loan

HARBOUR = "9780000000001"
NEW = Book("9780000000009", "The Storm", "ebook", 96)


class WrongEnum(Library):
    def add(self, book: Book, branch: str = "centre") -> Book:
        return super().add(Book(book.isbn, book.title, "e-book"), branch)  # type: ignore[arg-type]


class WrongType(Library):
    def add(self, book: Book, branch: str = "centre") -> Book:
        return super().add(Book(book.isbn, book.title, book.format, f"{book.pages}"), branch)  # type: ignore[arg-type]


class WrongHeader(Library):
    def add(self, book: Book, branch: str = "centre") -> Book:
        return super().add(book, branch.upper())


class UndeclaredField(Library):
    def borrow(self, isbn: str) -> Loan:
        self._ask("POST", "/loans", json={"isbn": isbn, "untill": "2026-12-24"})
        return super().borrow(isbn)


class UndeclaredQuery(Library):
    def books(self, page: int = 20) -> Iterator[Book]:
        found = self._ask("GET", "/books", params={"limit": page, "sort": "title"}).json()
        yield from (Book(**one) for one in found["items"])


class UndocumentedPath(Library):
    def book(self, isbn: str) -> Book:
        return self._keep(self._ask("GET", f"/book/{isbn}"))


class WrongMediaType(Library):
    def add(self, book: Book, branch: str = "centre") -> Book:
        sent = {"isbn": book.isbn, "title": book.title, "format": book.format}
        return self._keep(self._ask("POST", "/books", data=sent, headers={"X-Branch": branch}))


class IgnoredRefusal(Library):
    def add(self, book: Book, branch: str = "centre") -> Book:
        for _ in range(5):
            with suppress(AlreadyThere):
                return super().add(book, branch)
        return book


class MissingEtag(Library):
    def rename(self, isbn: str, title: str) -> Book:
        sent = {"isbn": isbn, "title": title, "format": self.book(isbn).format}
        return self._keep(self._change(isbn, sent, {}))


class EndlessPaging(Library):
    def books(self, page: int = 20) -> Iterator[Book]:
        cursor = self._ask("GET", "/books", params={"limit": page}).json()["nextCursor"]
        for _ in range(5):  # it would go on for ever: the cursor is never the next one's
            found = self._ask("GET", "/books", params={"limit": page, "cursor": cursor}).json()
            yield from (Book(**one) for one in found["items"])


class PollingTooFast(Library):
    def borrow(self, isbn: str) -> Loan:
        loan = Loan(**self._ask("POST", "/loans", json={"isbn": isbn}).json())
        for _ in range(5):
            self._sleep(0.1)
            loan = Loan(**self._ask("GET", f"/loans/{loan.id}").json())
        return loan


class StaleContract(Library):
    def book(self, isbn: str) -> Book:
        self._http.headers["Accept-Version"] = "1.4"
        self._ask("GET", f"/books/{isbn}/summary")
        return super().book(isbn)


BUGS: dict[str, type[Library]] = {
    "wrong_enum": WrongEnum,
    "wrong_type": WrongType,
    "wrong_header": WrongHeader,
    "undeclared_field": UndeclaredField,
    "undeclared_query": UndeclaredQuery,
    "undocumented_path": UndocumentedPath,
    "wrong_media_type": WrongMediaType,
    "ignored_refusal": IgnoredRefusal,
    "missing_etag": MissingEtag,
    "endless_paging": EndlessPaging,
    "polling_too_fast": PollingTooFast,
    "stale_contract": StaleContract,
}


def use(library: Library) -> None:
    """What a reader does in a day, whatever the library says to it."""
    for act in (
        lambda: list(library.books(page=2)),
        lambda: library.add(NEW),
        lambda: library.add(NEW),
        lambda: library.book(HARBOUR),
        lambda: library.rename(HARBOUR, "The Port"),
        lambda: library.borrow(HARBOUR),
    ):
        with suppress(LibraryError):
            act()


if __name__ == "__main__":
    with BUGS.get(sys.argv[1], Library)(os.environ["MOCKADE_LIBRARY_URL"], "reader-key") as planted:
        use(planted)
