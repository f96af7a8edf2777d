"""Whose rows those below a parent are: those of a row that is there, or of a parent that is made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockade.catalogue.fixtures import PRIVATE
from mockade.catalogue.starting.plan import Below, StartingPlan
from mockade.contract.document import Node
from mockade.contract.violations import ABSENT
from mockade.crud.key_rule import spellings
from mockade.crud.roles.keys import node_at
from mockade.crud.roles.resources import Resource
from mockade.handling import Row

ParentKeys = tuple[Any, ...]
"""The keys of a row's parents, outermost first."""


class Parents:
    """Chooses the parents of rows. `rows` are those of a collection, whose keys stay as they are.

    `draw` makes a value up for a schema, under a name.
    """

    def __init__(
        self, plan: StartingPlan, rows: Callable[[str], Sequence[Row]], draw: Callable[[Node, str], Any]
    ) -> None:
        self._plan = plan
        self._rows = rows
        self._draw = draw

    def of(self, below: Below, number: int, row: Mapping[str, Any]) -> ParentKeys | None:
        """The keys of the parents of the row of that number; None where no parent is there.

        Those that an example of a row names, where they are there.
        """
        options = self._options(below)
        if not options:
            return None
        chosen = next((one for one in options if _names(below.resource, row, one)), None)
        return chosen or options[_turn(number) % len(options)]

    def of_examples(self, below: Below) -> ParentKeys | None:
        """The keys of the parents that the paths' own examples speak of; None where these are not there."""
        spoken = [
            {
                str(one.value)
                for at in self._plan.parameters_at(below.resource.base, name)
                for one in at.examples
            }
            for name in (part.parameter for part in below.resource.parents)
        ]
        options = self._options(below)
        return next(
            (one for one in options if all(str(key) in said for key, said in zip(one, spoken, strict=True))),
            None,
        )

    def _options(self, below: Below) -> list[ParentKeys]:
        """What the keys of the parents can be."""
        options: list[ParentKeys] = [()]
        if below.ancestors:
            ancestor = below.ancestors[-1]
            options = list(self._paths(self._plan.by_base.get(ancestor.base, Below(ancestor, ()))))
        for parent in below.resource.parents[len(options[0]) if options else 0 :]:
            made_up = self._made_up(below.resource, parent.parameter)
            options = [(*one, made_up) for one in options] if made_up is not ABSENT else []
        return options

    def _paths(self, below: Below) -> list[ParentKeys]:
        """The keys that lead to each row of a resource: those of its parents, then its own."""
        found = []
        for number, row in enumerate(self._rows(below.resource.name)):
            parents = self._known(below, number, row)
            own = [part.of(row, row.beside) for part in below.resource.keys]
            if parents is not None and None not in own:
                found.append((*parents, *own))
        return found

    def _known(self, below: Below, number: int, row: Row) -> ParentKeys | None:
        """The parents of a row as it was made so far; None where it has none."""
        resource = below.resource
        if resource.scoped or resource.name in self._plan.written:
            parents = tuple(resource.parents_of(row))
            return None if None in parents else parents
        return self.of(below, number, row)

    def _made_up(self, resource: Resource, parent: str) -> Any:
        """The key of a parent that no collection holds: an example of it, else generated."""
        for parameter in self._plan.parameters_at(resource.base, parent):
            if parameter.examples:
                return parameter.examples[0].value
            if parameter.schema is not None:
                return self._draw(parameter.schema, parent)
        return ABSENT

    def put(self, resource: Resource, values: Mapping[str, Any], parents: ParentKeys) -> dict[str, Any]:
        """A row in the fixtures' form with its parents' keys in their properties, or beside it."""
        whole = dict(values)
        for part, value in zip(resource.parents, parents, strict=False):
            node = node_at(resource.holds, part.path) if part.path else None
            held = whole.get(part.path[0]) if part.path else None
            if node is not None and (len(part.path) == 1 or isinstance(held, dict)):
                whole = part.put(whole, self._spelt(node, value))
                continue
            whole.setdefault(f"{PRIVATE}{part.parameter}", value)
            if isinstance(held, str):  # the key, where an object may stand
                whole[part.path[0]] = str(value)
        return whole

    def _spelt(self, schema: Node, value: Any) -> Any:
        """The key as the property's schema takes it."""
        validator = self._plan.contract.schemas.validator(schema)
        return next(filter(validator.admits, spellings(value)), value)


def _names(resource: Resource, row: Mapping[str, Any], parents: ParentKeys) -> bool:
    """Whether a row names these parents, all of them."""
    return all(str(part.of(row)) == str(value) for part, value in zip(resource.parents, parents, strict=True))


def _turn(number: int) -> int:
    """0, 1, 0, 2, 0, 1, 0, 3, …: the first parent has half of the rows, the last ones may have none."""
    return ((number + 1) & -(number + 1)).bit_length() - 1
