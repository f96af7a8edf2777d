"""The life of one thing in a collection: created, read, listed, changed and removed; judged by what shows."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import islice
from typing import Any

from benchmarks.corpus.changes import change
from benchmarks.corpus.contracts import Node, Operation
from benchmarks.corpus.documented import declared, declares_key, lists_nothing, may_succeed, tells_keys
from benchmarks.corpus.encoding import text
from benchmarks.corpus.ids import Ids
from benchmarks.corpus.pages import Listing, listed
from benchmarks.corpus.paths import CollectionPath
from benchmarks.corpus.requests import Body, key_member
from benchmarks.corpus.steps import CHANGED, CREATED, DELETED, LISTED, READ, LeftOut, Step
from benchmarks.corpus.things import Row, created, fields, is_key, keys, other_keys, thing, way_to
from benchmarks.corpus.trial import Reply, Trial
from benchmarks.corpus.values import Unmade

_MOST_KEYS = 4
"""Properties that are tried as the key of what was created."""


def lifecycle(trial: Trial, collection: CollectionPath) -> dict[str, Any]:
    """What came of each step, as facts of an event; the steps that its operations do not allow are absent."""
    steps: list[Step] = []
    left_out, lists_others = "", False
    try:
        life = _Life(trial, collection)
        for step in life.steps():
            steps.append(step)
        lists_others = life.lists_others
    except (LeftOut, Unmade) as error:
        left_out = str(error)
    return {
        "collection": collection.path,
        "left_out": left_out if not steps else "",
        "lists_others": lists_others,
        "steps": [
            {"step": one.name, "operation": one.operation, "ok": not one.why, "why": one.why} for one in steps
        ],
    }


class _Life:
    def __init__(self, trial: Trial, collection: CollectionPath) -> None:
        self._trial = trial
        self._requests = trial.requests
        self._collection = collection
        self._place = collection.place
        self._post = collection.on_collection["POST"]
        self._get = collection.on_item["GET"]
        listing = collection.on_collection.get("GET")
        self._list = listing if listing is not None and may_succeed(listing) else None
        self._parents: Ids = trial.finder.of(self._post)
        self._key: Any = None
        self._called: dict[str, str] = {}
        """By what may be the thing's key, as text, the property that told it."""
        self._row: Row = {}
        """The thing as it was last shown."""
        self.lists_others = False
        """Whether its list can only be asked for other things."""
        self._last: Reply | None = None
        """The last good answer of the item GET."""

    def steps(self) -> Iterator[Step]:
        """Raises LeftOut and Unmade."""
        if not may_succeed(self._post) or not may_succeed(self._get):
            raise LeftOut("by the contract POST or the item GET never succeeds")
        body = self._requests.body(self._post)
        if not tells_keys(self._told_by()) and not (
            body is not None and key_member(body, self._collection.item)
        ):
            raise LeftOut("by the contract neither POST nor list tells a key")
        before = self._rows()
        why, read, shown = self._create(before)
        yield Step(CREATED, self._post.name, why)
        if why:
            return
        yield Step(READ, self._get.name, read)
        listing = self._list
        self.lists_others = bool(listing and self._requests.leaves_out(listing, self._row, self._schema()))
        is_seen = listing is not None and not self.lists_others
        if listing is not None and is_seen and not (shown and lists_nothing(listing, self._get)):
            yield Step(LISTED, listing.name, shown)
        for method in ("PATCH", "PUT"):
            operation = self._collection.on_item.get(method)
            if operation is not None and may_succeed(operation):
                yield Step(CHANGED, operation.name, self._change(operation))
        delete = self._collection.on_item.get("DELETE")
        if delete is not None and may_succeed(delete):
            yield Step(DELETED, delete.name, self._delete(delete, before, listed=is_seen and not shown))

    def _create(self, before: Listing) -> tuple[str, str, str]:
        """Why nothing was created, why the item GET does not answer it, why the list does not show it."""
        body = self._new_body(before)
        request = self._requests.make(self._post, self._parents.values, body)
        reply = self._trial.send(self._post, self._parents, request)
        if reply.status == 404 and self._parents.unknown:
            raise LeftOut("no id of a parent is known, and below a made one is nothing")
        if not reply.ok:
            return f"POST {self._said(reply)}", "", ""
        told = list(created(reply.headers, reply.verdict.value, request, self._place))
        self._row = told[0] if told else {}
        after = self._rows()
        told += [row for row in after.rows if row not in before.rows]
        found = [one for row in told for one in self._keys(row)]
        for name, value in found:
            self._called.setdefault(text(value), name)
        self._row = told[0] if told else {}
        read = "no key: neither the answer, nor Location, nor a new row of the list tells it"
        for key in islice({text(one): one for _, one in found}.values(), _MOST_KEYS):
            why = self._read(key)
            if self._key is None or not why:
                self._key, read = key, why
            if not why:
                break
        parameter = self._get.in_path(self._place.name)
        if (self._key is None or not self._trial.finder.fits(parameter, self._key)) and not declares_key(
            self._told_by(), self._place, parameter
        ):
            raise LeftOut("by the contract nothing that POST or list answers may be a key")
        if self._key is not None and not read:
            read = self._decoy()
        shown = self._shown(before, after)
        if shown and not read and not self._has(before) and self._has(self._rows()):
            shown = ""  # asked for by what only the item GET told of it
        if read and (shown or self._list is None):
            return f"POST {reply.status}, but there is nothing: {read}; {shown or 'no list'}", read, shown
        if self._key is None:
            self._key = ""
        return "", read, shown

    def _told_by(self) -> list[Operation]:
        """Who may tell the key of what was created."""
        listing = self._list if self._list is not None and not lists_nothing(self._list, self._get) else None
        return [one for one in (self._post, listing) if one is not None]

    def _said(self, reply: Reply) -> str:
        said = reply.why or f"{reply.status}"
        return f"{said} (its parents' ids are made up)" if self._parents.unknown else said

    def _new_body(self, before: Listing) -> Body | None:
        """What to create; where it names its own key, one that the list does not have. Raises Unmade."""
        body = self._requests.body(self._post)
        if body is None:
            return None
        if body.value == []:
            body = body._replace(value=self._requests.values.of_schema(body.schema))
        name = key_member(body, self._collection.item, before.rows)
        if not name or not is_key(body.fields[name]):
            return body
        taken = {text(value) for row in before.rows for value in row.values() if is_key(value)}
        finder, parameter = self._trial.finder, self._get.in_path(self._place.name)
        options = finder.given(self._get, self._place)
        for value in (body.fields[name], *other_keys(body.fields[name]), *options):
            made = body.having(name, value)
            is_free = text(value) not in taken and finder.fits(parameter, value)
            if is_free and not self._requests.values.wrong(body.schema, made.value):
                return made
        return body

    def _item(self, key: Any) -> Ids:
        return Ids((*self._parents.values, key), self._parents.unknown)

    def _ask(self, operation: Operation, key: Any, body: Body | None = None) -> Reply:
        """Raises Unmade."""
        tag = self._last.headers.get("etag", "*") if self._last is not None else "*"
        ids = self._item(key)
        request = self._requests.make(operation, ids.values, body, row=self._row, tag=tag)
        return self._trial.send(operation, ids, request)

    def _read(self, key: Any) -> str:
        """Why the item GET does not answer the thing with this key."""
        if not self._trial.finder.fits(self._get.in_path(self._place.name), key):
            return f"its key does not fit the path: {type(key).__name__}"
        try:
            reply = self._ask(self._get, key)
        except Unmade as error:
            raise LeftOut(f"item GET: no valid request could be made: {error}") from None
        if not reply.ok:
            return f"item GET {reply.why}"
        row = thing(reply.verdict.value, self._place.name, self._place.noun)
        own = self._shown_keys(row, key)
        if own and text(key) not in own:
            return "item GET answers another thing"
        self._row, self._last = row, reply
        return ""

    def _shown_keys(self, row: Row, key: Any) -> list[str]:
        """What a row shows as its key; a mere name counts where it was what told the key."""
        sure = [value for _, value in keys(row, self._place.name, self._place.noun, sure=True)]
        called = self._called.get(text(key))
        return [text(one) for one in sure or (value for name, value in self._keys(row) if name == called)]

    def _decoy(self) -> str:
        """Why the item GET says nothing: it answers for an id that nobody gave."""
        parameter = self._get.in_path(self._place.name)
        for key in other_keys(self._key):
            if text(key) != text(self._key) and self._trial.finder.fits(parameter, key):
                row, last = self._row, self._last
                reply = self._ask(self._get, key)
                self._row, self._last = row, last
                return "item GET answers any id" if reply.ok else ""
        return ""

    def _rows(self) -> Listing:
        listing, row = self._list, self._row
        return listed(self._trial, listing, self._parents, row) if listing else Listing([], "no list")

    def _shown(self, before: Listing, after: Listing) -> str:
        """Why the list does not show what was created."""
        if after.why:
            return f"list {after.why}"
        has = self._has(after)
        if has is None:
            return "" if len(after.rows) > len(before.rows) else "the list is no longer than before"
        if has and self._has(before):
            return "the list showed its key before"
        return "" if has else "the list lacks it"

    def _has(self, listing: Listing) -> bool | None:
        """Whether a list shows the key; None where its rows show none."""
        own = [self._shown_keys(row, self._key) for row in listing.rows]
        if self._key is None or (own and not any(own)):
            return None
        return any(text(self._key) in one for one in own)

    def _keys(self, row: Row) -> Iterator[tuple[str, Any]]:
        return keys(row, self._place.name, self._place.noun)

    def _is_id(self, value: Any) -> bool:
        """Whether it is what the path names the thing or a parent by."""
        return is_key(value) and text(value) in self._item(self._key).texts

    def _change(self, operation: Operation) -> str:
        """Why a change was not made, or does not show."""
        try:
            body = self._requests.body(operation, self._item(self._key).values)
            made = None
            if body is not None:
                shown = {name: one for name, one in fields(self._row).items() if not self._is_id(one)}
                made = change(body, shown, self._schema(), self._requests.values, self._accepts)
                body = made.body
            reply = self._ask(operation, self._key, body)
        except Unmade as error:
            return f"{operation.method} no valid request could be made: {error}"
        if not reply.ok:
            return f"{operation.method} {reply.why}"
        why = self._read(self._key)
        if why or made is None or not made.name:
            return f"after {operation.method}: {why}" if why else ""
        if fields(self._row).get(made.name, made.value) != made.value:
            return f"{operation.method} {reply.status}, but the change does not show"
        return ""

    def _schema(self) -> Node | None:
        """The schema of the thing in the item GET's answer."""
        schema = self._last.verdict.schema if self._last is not None else None
        for name in self._way() or ():
            schema = declared(schema, name)
        return schema

    def _way(self) -> tuple[str, ...] | None:
        return way_to(fields(self._row), self._last.verdict.value if self._last is not None else None)

    def _accepts(self, name: str, value: Any) -> bool:
        """Whether the item GET may show the thing with this value."""
        way = self._way()
        if self._last is None or way is None or self._last.verdict.schema is None:
            return True
        answer = copy.deepcopy(self._last.verdict.value)
        row = answer
        for step in way:
            row = row[step]
        row[name] = value
        return not self._trial.schemas.wrong(self._last.verdict.schema.pointer, answer, "response")

    def _delete(self, operation: Operation, before: Listing, *, listed: bool) -> str:
        """Why it was not removed, or still shows."""
        try:
            reply = self._ask(operation, self._key)
            if not reply.ok:
                return f"DELETE {reply.why}"
            again = self._ask(self._get, self._key)
        except Unmade as error:
            return f"DELETE no valid request could be made: {error}"
        documented = self._get.response(again.status) is not None
        if again.status != 404 and not (400 <= again.status < 500 and documented):
            return f"DELETE {reply.status}, then item GET {again.status} {again.verdict.name}"
        if self._list is None or not listed:
            return ""
        after = self._rows()
        has = self._has(after)
        still = len(after.rows) > len(before.rows) if has is None else has
        return f"DELETE {reply.status}, but the list still has it" if still else ""
