"""Answers a list from the rows of a collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mockade.contract.document import Node
from mockade.contract.response_view import visible_part
from mockade.crud.completion import Completion
from mockade.crud.listing.comparing import text
from mockade.crud.listing.cursors import UnknownCursor, list_identity
from mockade.crud.listing.filters import Condition, RowTest
from mockade.crud.listing.list_cursors import ListCursors
from mockade.crud.listing.list_facts import told_body
from mockade.crud.listing.list_query import ListQuery, ListRequest
from mockade.crud.listing.matches import (
    Matches,
    Part,
    Positions,
    Window,
    filed,
    matches,
    merged,
    position_of,
    row_at,
    shared,
)
from mockade.crud.listing.page_facts import PageFacts
from mockade.crud.listing.query_fields import QueryField, QueryRemarks, SentQuery
from mockade.crud.operations import CrudOperation
from mockade.crud.roles.envelopes import Envelope, sample_beside
from mockade.crud.roles.summaries import summary
from mockade.crud.row_lookup import are_parents
from mockade.handling import Call, Reply, Row
from mockade.handling.rows import Rows
from mockade.state.rows import IndexKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRows(CrudOperation):
    """GET on a collection path: the rows of its parents that the query asks for."""

    query: ListQuery

    def answer(self, call: Call, rows: Rows) -> Any:
        sent, remarks = SentQuery(call), QueryRemarks(self.operation, call)
        request = self.query.request(sent, remarks)
        found = self._matches(call, rows, request)
        cursors = self._cursors(call, rows, request)
        part = found.part(self._window(request, cursors, remarks))
        facts = self._facts(call, sent, request, found, part, cursors)
        shown = [row for _, row in part.rows]
        told = (cursors.text(*one) for one in part.rows)
        body = self._list_body(call, shown, facts, told)
        return Reply(body, headers=self.query.facts.header_values(facts))

    def indexes(self) -> Mapping[str, IndexKeys]:
        """Those of the collection that keep filters from reading all rows."""
        found: dict[str, IndexKeys] = {one.name: one.index_keys for one in self.query.indexed}
        return {self.resource.parents_index: self._parent_keys, **found} if self.resource.parents else found

    def _parent_keys(self, row: Row) -> list[tuple[str, ...]]:
        return [tuple(map(str, self.resource.parents_of(row)))]

    def _matches(self, call: Call, rows: Rows, request: ListRequest) -> Matches:
        """The rows of the list that pass the filters; indexes are asked before rows are read."""
        sources: list[Positions] = []
        tests: list[RowTest] = []
        parents = self.parents(call)
        if parents:
            below: Positions | None = filed(rows, self.resource.parents_index, tuple(map(str, parents)))
            if below is None:  # the rows of a module's own collection
                below = [one for one in rows.table.order.items() if self._belongs(row_at(rows, one), parents)]
            sources.append(below)
        for condition in request.conditions:
            source = self._filed(call, rows, condition)
            if source is None:
                tests.append(self._test(condition))
            else:
                sources.append(source)
        return matches(rows, shared(sources) if sources else rows.table.order, tests, request.order)

    def _belongs(self, row: Any, parents: list[Any]) -> bool:
        return are_parents(self.resource.parents_of(row), parents)

    def _filed(self, call: Call, rows: Rows, condition: Condition) -> Positions | None:
        """The positions of the rows that meet a condition, None where no index has them."""
        if condition.row_property is None:
            return None
        if condition.row_property.path == self.resource.keys[-1].path:
            return self._of_keys(call, rows, condition)
        sources = [filed(rows, condition.row_property.name, key) for key in condition.keys]
        found = [one for one in sources if one is not None]
        return merged(found) if found and len(found) == len(sources) else None

    def _of_keys(self, call: Call, rows: Rows, condition: Condition) -> Positions | None:
        """The positions of the rows that have one of the keys; None where their text may be another."""
        key, resource = condition.row_property, self.resource
        is_whole = len(resource.keys) == 1 and resource.is_key_whole
        if key is None or not is_whole or key.kind not in ("text", "number"):
            return None
        own = [resource.row_key([*self.parents(call), text(one[1])]) for one in condition.keys]
        return sorted({position for one in own if (position := position_of(rows, one)) is not None})

    def _test(self, condition: Condition) -> RowTest:
        envelope = self.response_envelope
        if not condition.reads_all or not self.has_hidden_parts or envelope is None:
            return condition.test
        schema = envelope.row_schema
        return lambda row: condition.test(visible_part(row, schema))

    def _cursors(self, call: Call, rows: Rows, request: ListRequest) -> ListCursors:
        parents = self.parents(call)
        return ListCursors(
            identity=list_identity(
                self.operation.api,
                self.operation.id,
                [str(value) for value in call.path.values()],
                request.filtered_by,
                request.order.as_data(),
            ),
            order=request.order,
            rows=rows,
            form=self.query.cursor_form,
            key_of=self._own_key,
            stored_key=lambda own: (
                self.resource.row_key([*parents, own]) if self.resource.is_key_whole else ""
            ),
            belongs=lambda row: self._belongs(row, parents),
        )

    def _own_key(self, row: Row) -> str | None:
        """A row's own key as a cursor; None where several make it."""
        values = self.resource.identity_of(row)[len(self.resource.parents) :]
        is_found_by = len(values) == 1 and values[0] is not None and self.resource.is_key_whole
        return str(values[0]) if is_found_by else None

    def _window(self, request: ListRequest, cursors: ListCursors, remarks: QueryRemarks) -> Window:
        window = Window(request.page.size, request.page.start)
        paging = self.query.paging
        for field, given in ((paging.after, request.page.after), (paging.before, request.page.before)):
            if field is None or given is None:
                continue
            try:
                place, backwards = cursors.place(given)
            except UnknownCursor as unknown:
                _refuse(field, given, unknown, remarks)
                continue
            window = window._replace(start=0)
            if backwards or field is paging.before:
                window = window._replace(before=place)
            else:
                window = window._replace(after=place)
        return window

    def _facts(
        self,
        call: Call,
        sent: SentQuery,
        request: ListRequest,
        found: Matches,
        part: Part,
        cursors: ListCursors,
    ) -> PageFacts:
        shown = part.rows
        return PageFacts(
            paging=self.query.paging,
            request=request.page,
            sent=sent,
            url=call.base_url + self._path(call),
            total=found.total,
            shown=len(shown),
            before=part.before,
            has_more=part.has_more,
            has_previous=part.has_previous,
            next_cursor=lambda: cursors.text(*shown[-1]) if shown else None,
            previous_cursor=lambda: (
                cursors.text(*shown[0], backwards=self.query.paging.before is None) if shown else None
            ),
            key_at=lambda index: self._own_key(shown[index][1]) if shown else None,
        )

    def _path(self, call: Call) -> str:
        path = self.operation.path
        for name in call.path:
            path = path.replace("{" + name + "}", quote(str(call.path[name]), safe=""))
        return path

    def _list_body(
        self, call: Call, shown: list[Row], facts: PageFacts, cursors: Iterable[str | None]
    ) -> Any:
        envelope = self.response_envelope
        if envelope is None:
            return shown
        rows: list[Any] = list(shown)
        if envelope.is_of_keys:
            rows = [self.resource.identity_of(row)[-1] for row in shown]
        elif envelope.key_path is not None:
            rows = [summary(row, self.resource.identity_of(row)[-1], envelope) for row in shown]
        elif self.has_hidden_parts:
            rows = [visible_part(row, envelope.row_schema) for row in rows]

        rows = envelope.each_wrapped(rows, now=call.now, uuid=call.new_uuid)
        rows = envelope.with_cursors(rows, cursors)

        def made(name: str, schema: Node) -> Any:
            return sample_beside(name, schema, now=call.now, uuid=call.new_uuid)

        return told_body(envelope.schema, envelope.path, rows, self.query.facts.tree, facts, made)

    def completed_inner(self, completion: Completion, envelope: Envelope, inner: Any) -> Any:
        """The rows of the list stay those of the collection."""
        if envelope.is_of_keys:
            return inner
        prefix = f"{self.resource.name} "
        return [
            completion.completed(envelope.row_schema, row, prefix + str(row.get(self.resource.key)))
            for row in inner
        ]


def _refuse(field: QueryField, given: str, unknown: UnknownCursor, remarks: QueryRemarks) -> None:
    whose = "a cursor of another list" if unknown.is_foreign else "no cursor of this list"
    wrong = (
        f"{given[:80]!r} is {whose}: one is expected that an answer to the same path, filters and order told."
    )
    remarks.refuse(field, given, wrong, "the list begins with its first row.")
