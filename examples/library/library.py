"""A client of the library: it keeps ETags, pages to the end, and waits as long as it is asked to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import httpx

Format = Literal["paper", "ebook"]

POLL_SECONDS = 2.0
"""The least that the contract asks to lie between two looks at a loan."""


@dataclass(frozen=True)
class Book:
    isbn: str
    title: str
    format: Format
    pages: int | None = None


@dataclass(frozen=True)
class Loan:
    id: str
    isbn: str
    state: Literal["asked", "ready"]


class LibraryError(Exception):
    """The library said no; `status` is what HTTP says of it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class AlreadyThere(LibraryError):
    """There is a book of that ISBN."""


class Library:
    """The library at `base_url`; `sleep` waits for so many seconds."""

    def __init__(self, base_url: str, key: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = httpx.Client(base_url=base_url, headers={"X-Key": key})
        self._sleep = sleep
        self._kept: dict[str, tuple[str, Book]] = {}
        """By ISBN, a book with its ETag."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def books(self, page: int = 20) -> Iterator[Book]:
        """All books, fetched `page` at a time."""
        cursor: str | None = None
        while True:
            query = {"limit": page} if cursor is None else {"limit": page, "cursor": cursor}
            found = self._ask("GET", "/books", params=query).json()
            yield from (Book(**one) for one in found["items"])
            cursor = found["nextCursor"]
            if cursor is None:
                return

    def add(self, book: Book, branch: str = "centre") -> Book:
        """Raises AlreadyThere."""
        sent = {name: value for name, value in asdict(book).items() if value is not None}
        return self._keep(self._ask("POST", "/books", json=sent, headers={"X-Branch": branch}))

    def book(self, isbn: str) -> Book:
        """The book as it is now; what has not changed is not sent again."""
        kept = self._kept.get(isbn)
        answer = self._ask("GET", f"/books/{isbn}", headers={"If-None-Match": kept[0]} if kept else {})
        return kept[1] if kept and answer.status_code == 304 else self._keep(answer)

    def rename(self, isbn: str, title: str) -> Book:
        """Gives a book another title; what somebody else changed meanwhile stays."""
        while True:
            book = self.book(isbn)
            tag, _ = self._kept[isbn]
            sent = {name: value for name, value in asdict(book).items() if value is not None}
            try:
                answer = self._change(isbn, {**sent, "title": title}, {"If-Match": tag})
            except LibraryError as refusal:
                if refusal.status != 412:
                    raise
            else:
                return self._keep(answer)

    def borrow(self, isbn: str) -> Loan:
        """Asks for a loan, and waits until it is ready."""
        loan = Loan(**self._ask("POST", "/loans", json={"isbn": isbn}).json())
        while loan.state != "ready":
            self._sleep(POLL_SECONDS)
            loan = Loan(**self._ask("GET", f"/loans/{loan.id}").json())
        return loan

    def _change(self, isbn: str, book: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        return self._ask("PUT", f"/books/{isbn}", json=book, headers=headers)

    def _keep(self, answer: httpx.Response) -> Book:
        book = Book(**answer.json())
        self._kept[book.isbn] = answer.headers["ETag"], book
        return book

    def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Raises LibraryError; where the library is busy it asks again when it may."""
        answer = self._http.request(method, path, **sent)
        while answer.status_code == 429:
            self._sleep(float(answer.headers["Retry-After"]))
            answer = self._http.request(method, path, **sent)
        if answer.status_code < 400:
            return answer
        kind = AlreadyThere if answer.status_code == 409 else LibraryError
        raise kind(answer.status_code, answer.json()["error"])
