"""Finds the resources of a contract, by the form of its paths and by its schemas."""

from __future__ import annotations

from collections.abc import Iterator

from mockade.contract.contract import Contract
from mockade.crud.candidates import candidate, is_base
from mockade.crud.paths import Paths, Segments, key_parameters
from mockade.crud.resources import Resource, ResourceOperation
from mockade.crud.roles import Roles, is_creatable, roles
from mockade.crud.views import named


def find_resources(
    contract: Contract, taken: frozenset[str], described: frozenset[str] = frozenset()
) -> Iterator[ResourceOperation]:
    """Each operation that can be generated.

    `taken` are the ids of operations that have a handler, `described` the collections whose keys are not made
    here.
    """
    paths = Paths(contract.operations)
    found: dict[Segments, Resource] = {}
    for segments in paths:
        for base in dict.fromkeys((paths.base_of(segments), segments)):
            if base in found or not is_base(paths, base):
                continue
            if all(operation.id in taken for operation in paths.both(base)):
                continue  # nothing would be generated: the schema of its rows need not be found
            resource = candidate(paths, base)
            if resource is not None:
                found[base] = resource
    resources = named(paths, found, described)
    generated: dict[Segments, Roles] = {}
    for base, resource in resources.items():
        generated[base] = [one for one in roles(paths, base, resource) if one[0].id not in taken]
    generated = {base: several for base, several in generated.items() if several}
    creatable = {
        resources[base].name for base in generated if is_creatable(paths, base, generated[base], taken)
    }
    listed = {
        resources[base].name for base in generated if any(kind == "list" for _, kind in generated[base])
    }
    resources = {
        base: resources[base]._replace(
            is_creatable=resources[base].name in creatable, is_listed=resources[base].name in listed
        )
        for base in generated
    }
    for base, resource in resources.items():
        ancestors = tuple(
            resources[above].for_items()
            for above in (base[:at] for at, segment in enumerate(base) if segment == "{}")
            if above in resources and base[: len(paths.item_of(above))] == paths.item_of(above)
        )
        for operation, kind in generated[base]:
            is_item = len(key_parameters(operation.path)) > len(resource.parents)
            yield ResourceOperation(operation, resource.for_items() if is_item else resource, kind, ancestors)
