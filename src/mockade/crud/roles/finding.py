"""Finds what rows can answer in a contract, by the form of its paths and by its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockade.contract.contract import Contract
from mockade.contract.operations import Operation
from mockade.crud.roles.action_paths import action_paths
from mockade.crud.roles.candidates import candidate, is_base
from mockade.crud.roles.kinds import Generated, generated_operations, is_creatable
from mockade.crud.roles.naming import collection_names
from mockade.crud.roles.paths import Paths, Segments, key_parameters
from mockade.crud.roles.resources import CrudKind, Resource, ResourceOperation
from mockade.crud.roles.singletons import callers_row, operations_of_one, singleton
from mockade.crud.roles.views import views


def find_resources(
    contract: Contract,
    taken: frozenset[str],
    described: frozenset[str] = frozenset(),
    written: frozenset[str] = frozenset(),
) -> Iterator[ResourceOperation]:
    """Each operation that can be generated.

    `taken` are the ids of operations that have a handler, `described` the collections whose keys are not made
    here, `written` those of which the fixtures have rows.
    """
    yield from _Finder(Paths(contract.operations), taken, described, written).operations()


class _Finder:
    def __init__(
        self, paths: Paths, taken: frozenset[str], described: frozenset[str], written: frozenset[str]
    ) -> None:
        self._paths = paths
        self._taken = taken
        self._described = described
        self._written = written
        self._generated: dict[Segments, Generated] = {}
        """What is generated, by collection path, or by the path itself where there is one row."""
        self._claimed = set(taken)

    def operations(self) -> Iterator[ResourceOperation]:
        found, wholes = views(self._paths, self._candidates())
        resources = {base: one for base, one in found.items() if self._is_generated(base, one)}
        ones = self._ones(resources)
        firsts = {**{base: wholes[base] for base in resources}, **{base: base for base in ones}}
        names = collection_names(list(dict.fromkeys(firsts.values())))
        named = {base: self._named(one, names[firsts[base]]) for base, one in {**resources, **ones}.items()}
        named = self._granted(named)
        callers = self._callers(named)
        for base, one in {**named, **callers}.items():
            ancestors = tuple(self._ancestors(base, named))
            for operation, kind in self._generated[base]:
                is_item = len(key_parameters(operation.path)) > len(one.parents)
                is_item = is_item or (kind not in ("list", "create") and not one.is_key_whole)
                yield ResourceOperation(operation, one.for_items() if is_item else one, kind, ancestors)
        for operation, base in action_paths(self._paths, {**named, **callers}, self._claimed):
            one = (callers.get(base) or named[base]).for_items()
            yield ResourceOperation(operation, one, "act", tuple(self._ancestors(base, named)))

    def _candidates(self) -> dict[Segments, Resource]:
        found: dict[Segments, Resource] = {}
        for segments in self._paths:
            for base in dict.fromkeys((self._paths.base_of(segments), segments)):
                if base in found:
                    continue
                if all(operation.id in self._taken for operation in self._paths.both(base)):
                    continue  # nothing would be generated: no schema need be looked at
                resource = candidate(self._paths, base) if is_base(self._paths, base) else None
                if resource is not None:
                    found[base] = resource
        return found

    def _is_generated(self, base: Segments, one: Resource) -> bool:
        return self._keeps(base, generated_operations(self._paths, base, one))

    def _keeps(self, base: Segments, several: Iterator[tuple[Operation, CrudKind]]) -> bool:
        """Note what is generated at a path; whether it is anything."""
        unclaimed = [one for one in several if one[0].id not in self._claimed]
        if unclaimed:
            self._generated[base] = unclaimed
            self._claimed |= {operation.id for operation, _ in unclaimed}
        return bool(unclaimed)

    def _ones(self, resources: Mapping[Segments, Resource]) -> dict[Segments, Resource]:
        """The singletons, at paths that are no collection's."""
        found = {}
        for base in self._paths:
            methods = self._paths[base]
            if base in resources or all(one.id in self._claimed for one in methods.values()):
                continue
            if callers_row(self._paths, base, resources.values()) is not None:
                continue
            one = singleton(self._paths, base)
            if one is not None and self._keeps(base, operations_of_one(methods, one.holds)):
                found[base] = one
        return found

    def _callers(self, resources: Mapping[Segments, Resource]) -> dict[Segments, Resource]:
        """The collections of which a path shows the caller's row, by that path."""
        found = {}
        for base in self._paths:
            one = callers_row(self._paths, base, resources.values()) if base not in resources else None
            if one is not None and self._keeps(base, operations_of_one(self._paths[base], one.holds)):
                found[base] = one
        return found

    def _named(self, one: Resource, name: str) -> Resource:
        return one._replace(name=name, scope=() if name in self._described else one.scope)

    def _granted(self, named: Mapping[Segments, Resource]) -> dict[Segments, Resource]:
        """The resources, with what is said of those whose rows nobody can create."""
        creatable = {
            one.name
            for base, one in named.items()
            if is_creatable(self._paths, base, self._generated[base], self._taken)
        }
        listed = {
            one.name
            for base, one in named.items()
            if any(kind == "list" for _, kind in self._generated[base])
        }
        known = creatable | self._written | self._described
        return {
            base: one._replace(
                is_granted=bool(one.keys) and one.name not in known,
                is_made=one.is_made or (one.name not in known | listed),
            )
            for base, one in named.items()
        }

    def _ancestors(self, base: Segments, named: Mapping[Segments, Resource]) -> Iterator[Resource]:
        """The known resources that the parents of what is at a path are rows of."""
        for above in (base[:at] for at, segment in enumerate(base) if segment == "{}"):
            if above in named and base[: len(self._paths.item_of(above))] == self._paths.item_of(above):
                yield named[above].for_items()
