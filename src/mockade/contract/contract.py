"""One API's document, compiled: its operations and its schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from mockade import garbage
from mockade.contract.document import Document, Node, Source
from mockade.contract.location import Location
from mockade.contract.normalizer import Normalizer
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.operation_reader import OperationReader
from mockade.contract.operations import Operation
from mockade.contract.schemas import Schemas
from mockade.contract.schemes import Scheme
from mockade.contract.servers import base_paths
from mockade.contract.tell import Tell
from mockade.contract.validators import Validator
from mockade.contract.versions import refuse_other_versions
from mockade.errors import Finding, Severity

if TYPE_CHECKING:
    from mockade.contract.generation.generator import Generator


@dataclass
class Contract:
    """One API's document, compiled. What is wrong in it is in `findings`, and costs no more than its place.

    Raises SetupError when it is no document that can be read.
    """

    document: Document
    schemas: Schemas = field(init=False)
    operations: list[Operation] = field(init=False, default_factory=list)
    _answers: NormalizerRegistry = field(init=False)
    _bases: list[str] = field(init=False)

    def __post_init__(self) -> None:
        refuse_other_versions(self.document)
        self.schemas = Schemas(self.document)
        self._answers = NormalizerRegistry(self.schemas, "response")
        requests = NormalizerRegistry(self.schemas, "request")
        reader = OperationReader(self.document, requests, self._answers, self.security_schemes)
        self.operations = list(reader.operations())
        schemas = self.document.root.get("components", "schemas")
        for name in schemas.value if schemas and isinstance(schemas.value, dict) else ():
            node = self.document.component("schemas", name)
            if node is not None:
                self._answers.register(node)
        self.schemas.leave_out_unsound()
        self._bases = base_paths(self.document.root, Tell(self.document.slips)) or []

    @cached_property
    def operations_by_id(self) -> Mapping[str, Operation]:
        return {one.id: one for one in self.operations}

    @property
    def findings(self) -> list[Finding]:
        """What is wrong in the document and was left out, or read otherwise."""
        return self.document.slips.findings

    @classmethod
    def load(cls, path: Path, location: Location | None = None) -> Contract:
        """The contract in the file at `path`; `location` as in Document.

        Nothing of what is made of a file is garbage, and the collector would go through all of it several
        times: it rests meanwhile, which saves a quarter of the time that a large contract takes.
        """
        with garbage.paused():
            return cls(Document(path, location=location))

    @property
    def stem(self) -> str:
        return self.document.stem

    @property
    def title(self) -> str:
        info = self.document.root.get("info")
        return info.text("title", self.stem) if info else self.stem

    @cached_property
    def security_schemes(self) -> Mapping[str, Scheme]:
        schemes = self.document.root.get("components", "securitySchemes")
        return dict(self._schemes(schemes)) if schemes else {}

    def _schemes(self, schemes: Node) -> Iterator[tuple[str, Scheme]]:
        for name, node in schemes.items():
            lacks_name = node.text("type") == "apiKey" and not node.text("name")
            if isinstance(node.value, dict) and not lacks_name:
                yield name, Scheme.read(name, node)
            elif not name.startswith("x-"):
                what = "A security scheme is an object" if not lacks_name else "An apiKey needs a `name`"
                self._slip(node.source, f"{what}: {name!r} is not asked for.", "security", "error")

    def _slip(self, source: Source, message: str, rule: str, severity: Severity) -> None:
        self.document.slips.add(source.uri, source.pointer, message, rule=rule, severity=severity)

    @cached_property
    def generator(self) -> Generator:
        """Makes up what nobody has given; loaded by the first who asks for it."""
        from mockade.contract.generation.generator import Generator

        return Generator(self.schemas)

    def base_paths(self) -> list[str]:
        """The paths of the document's `servers`, with each value of their variables, but the empty ones."""
        return self._bases.copy()

    def component(self, name: str) -> tuple[Validator, Normalizer] | None:
        """A schema of `components.schemas`, compiled for answers and rows; None when there is no such one."""
        node = self.document.component("schemas", name)
        return (self.schemas.validator(node), self._answers.normalizer(node)) if node is not None else None

    def compiled(self, node: Node) -> tuple[Validator, Callable[[], Normalizer]]:
        """The schema at `node` for answers and rows, each compiled when it is first asked for."""
        return self.schemas.validator(node), cache(partial(self._answers.normalizer, node))
