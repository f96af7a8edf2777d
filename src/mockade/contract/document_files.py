"""The files of a document, read once, without what their slips spoil."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mockade.contract.identifiers import USED, resolve_identifiers
from mockade.contract.keywords import holds_schema, is_schema, may_be_schema, says_more
from mockade.contract.lines import Lines
from mockade.contract.location import Location
from mockade.contract.reading import Tolerated, is_json, read
from mockade.contract.recognition import NotOpenApi, recognise, recognise_file, recognise_text
from mockade.contract.ref_problems import RefProblem, child, missing, unread
from mockade.contract.references import FileScan, LinkedPointer, pointer, resolve, steps
from mockade.contract.slips import Slips
from mockade.contract.swagger2 import Converted, convert, convert_part, is_swagger2
from mockade.contract.swagger2.schemas import original_ref
from mockade.contract.translation import translated
from mockade.errors import Finding, Place, SetupError, Severity, reason

_Pointer = tuple[str | int, ...]

_NAMED = "#/components/schemas/"


class DocumentFiles:
    """A document's file and those that its `$ref`s lead to, by address.

    `$ref`s reach the files that its location contains, and never the network. One that cannot be followed is
    a slip, and what it stands for says nothing.
    """

    def __init__(self, path: Path, location: Location) -> None:
        """Raises SetupError when the file cannot be read, or its `paths` are elsewhere and cannot."""
        self._location = location
        self.uri = location.uri(path.name)
        self.files: dict[str, Any] = {}
        """By address, the data; None where a file cannot be read."""
        self.lone_refs = True
        self.translations: dict[str, Any] = {}
        self.one_sided = False
        self.discriminated: dict[str, list[_Pointer]] = {}
        """By address, the pointers of the schemas with a `discriminator`."""
        self.branching: dict[str, int] = {}
        """By address, into how many ways the file's schemas may branch, all together."""
        self.backtracking = False
        self.slips = Slips(self.place)
        self.swagger: dict[str, Converted] = {}
        self._lines: dict[str, Lines] = {}
        self._with_identifiers: set[str] = set()
        self._uses: dict[tuple[str, str], None] = {}
        """Each `$ref` of each file that leads somewhere."""
        self._is_patched = False
        """Whether something was left out since the files were translated."""
        self._read(path)

    def _read(self, path: Path) -> None:
        self._load_contract(path)
        data = self.files[self.uri]
        self.lone_refs = str(data.get("openapi", "3.0")).startswith("3.0")
        self._resolve_identifiers(self.uri)
        self._gather(self.uri)
        self._cut_circles()
        while self._is_patched:  # a `$ref` may have led to what was left out
            self._is_patched = False
            for uri in [uri for uri, data in self.files.items() if data is not None]:
                self._gather(uri)

    def _load_contract(self, path: Path) -> None:
        """Read the contract's own file. Raises NotOpenApi where it is something else."""
        shown = self._location.shown(path)
        try:
            text = self._load(path, self.uri)
        except SetupError:
            what = recognise_file(path)
            if what is not None:
                raise NotOpenApi(Place(shown), what) from None
            raise
        data = self.files[self.uri]
        if not isinstance(data, dict) or not {"openapi", "swagger"} & data.keys():
            what = recognise_text(text) or recognise(data)
            place = self.place(self.uri, (what.key,) if what.key else ()) if data else Place(shown)
            raise NotOpenApi(place, what)

    def _load(self, path: Path, uri: str, referrer: str = "") -> str:
        """Read a file; its text. One that Swagger 2.0 refers to is read as it means it."""
        shown = self._location.shown(path)
        tolerated = Tolerated()
        data, text = read(path, shown, tolerated)
        lines = self._lines[uri] = Lines(text, shown, is_json=is_json(path, text))
        for number in tolerated.infinite:
            message = "This number is larger than JSON's can be."
            finding = Finding(lines.place(number), message, "It is left out.", rule="schema")
            self.slips.add_found([finding])
        for place, key in tolerated.twice:
            message = f"The key {key!r} stands here twice."
            self.slips.add_found([Finding(place, message, "The last counts.", rule="keys")])
        for place, problem in tolerated.left_out:
            message = f"{problem[0].upper()}{problem[1:]}."
            self.slips.add_found([Finding(place, message, "It is left out.", rule="schema")])
        if referrer in self.swagger or is_swagger2(data):
            self.swagger[uri] = (convert if uri == self.uri else convert_part)(data)
            data = self.swagger[uri].data
        self.files[uri] = data
        if USED.search(text):
            self._with_identifiers.add(uri)
        return text

    def _resolve_identifiers(self, uri: str) -> None:
        def tell(pointer: _Pointer, message: str, mend: str, severity: Severity) -> None:
            self.slips.add(uri, pointer, message, mend, rule="schema", severity=severity)

        if uri in self._with_identifiers and isinstance(self.files[uri], dict):
            resolve_identifiers(uri, self.files[uri], self.lone_refs, tell)

    def place(self, uri: str, pointer: _Pointer) -> Place:
        """Where the words at `pointer` of the file at `uri` stand, else the nearest words around them."""
        converted = self.swagger.get(uri)
        return self.place_in_file(uri, converted.origin(pointer) if converted else pointer)

    def place_in_file(self, uri: str, pointer: _Pointer) -> Place:
        """The same, where `pointer` is one into the file as it was written: in Swagger 2.0, maybe."""
        return self._lines[uri].place(pointer)

    def lines_made(self) -> Iterator[None]:
        """Make out where everything in the files stands, in slices."""
        for lines in list(self._lines.values()):
            yield from lines.made()

    def value_at(self, uri: str, pointer: _Pointer) -> Any:
        value = self.files[uri]
        for step in pointer:
            value = value[step]
        return value

    def target(self, base: str, ref: str) -> tuple[str, _Pointer, Any] | None:
        """What a `$ref` in the file at `base` points to: its file, its pointer and its value."""
        try:
            uri, fragment = resolve(base, ref)
        except ValueError:
            return None
        value = self.files.get(uri)
        path: list[str | int] = []
        for step in steps(fragment):
            below = child(value, step)
            if below is None:
                return None
            path.append(below[0])
            value = below[1]
        return uri, tuple(path), value

    def _gather(self, uri: str) -> None:
        """Read every file that the one at `uri` refers to, and those they refer to."""
        scan = FileScan()
        self.translations[uri] = translated(self.files[uri], old=self.lone_refs, scan=scan)
        self.one_sided = self.one_sided or scan.one_sided
        self.discriminated[uri] = list(map(pointer, scan.discriminated))
        self.branching[uri] = scan.branching
        self.backtracking = self.backtracking or scan.backtracking
        for linked in scan.misplaced:
            self._leave_out_misplaced(uri, pointer(linked))
        problems: dict[str, RefProblem | None] = {}
        for linked, ref in scan.refs:
            if ref not in problems:
                problems[ref] = self._gather_one(uri, ref)
            problem = problems[ref]
            named = ref[: len(_NAMED)] == _NAMED and "/" not in ref[len(_NAMED) :]  # no call: nearly all are
            if problem is None and not named and self._misses_schema(uri, ref, linked):
                mend = f"Refer to a schema, such as {_NAMED}Name."
                problem = RefProblem(f"$ref {ref!r} leads to what is no schema.", mend)
            if problem is None:
                self._uses[uri, ref] = None
                continue
            if uri in self.swagger:
                problem = problem._replace(message=problem.message.replace(ref, original_ref(ref)))
            at = pointer(linked)
            if uri == self.uri and at == ("paths", "$ref"):  # nothing would be left to serve
                raise SetupError([Finding(self.place(uri, at), problem.message, problem.mend, rule="ref")])
            self._leave_out_ref(uri, at, problem)

    def _misses_schema(self, uri: str, ref: str, linked: LinkedPointer) -> bool:
        """Whether a `$ref` stands for a schema, and leads to another part of an OpenAPI document."""
        if not (linked and may_be_schema(linked[0]) and is_schema(pointer(linked[0]))):
            return False
        found = self.target(uri, ref)
        data = self.files[found[0]] if found is not None else None
        return (
            found is not None
            and isinstance(data, dict)
            and not {"openapi", "swagger"}.isdisjoint(data)
            and is_schema(found[1]) is False
        )

    def _gather_one(self, uri: str, ref: str) -> RefProblem | None:
        """Read the file that `ref` in the one at `uri` leads to; what is wrong with it."""
        try:
            target, fragment = resolve(uri, ref)
            if target not in self.files:
                problem = unread(self._location, uri, ref, target)
                if problem is not None:
                    return problem
                self._gather_file(uri, target)
        except (ValueError, OSError, RuntimeError) as error:  # the last for links in a circle
            return RefProblem(f"$ref {ref[:80]!r} is no address: {reason(error)}.")
        if self.files[target] is None:
            return RefProblem()  # what is wrong with that file is reported already
        if fragment and not fragment.startswith("/"):
            mend = "Refer by the place, such as #/components/schemas/Name."
            return RefProblem(f"$ref {ref!r} names an anchor that is not there.", mend)
        return missing(self.files[target], fragment, ref)

    def _gather_file(self, uri: str, target: str) -> None:
        try:
            self._load(self._location.path(target), target, uri)
        except SetupError as error:
            self.slips.add_found(error.findings)
            self.files[target] = None
        else:
            self._resolve_identifiers(target)
            self._gather(target)

    def _leave_out_ref(self, uri: str, pointer: _Pointer, problem: RefProblem) -> None:
        """Leave out what a `$ref` stands for: a schema or whatever it is says nothing then."""
        if problem.message:
            self.slips.add(uri, pointer, problem.message, problem.mend, rule="ref")
        owner = pointer[:-1]
        words = self.value_at(uri, owner)
        if self._is_whole(owner, words):
            words.pop("$ref", None)
        else:
            words.clear()
            self.slips.leave_out(uri, owner)
        self._is_patched = True

    def _leave_out_misplaced(self, uri: str, pointer: _Pointer) -> None:
        """A `$ref` beside the names of properties: by the standard it is a property of that name."""
        message = f"`{pointer[-2]}` names schemas: a $ref in their place is none."
        mend = "Refer to a schema with these properties, by allOf."
        self.slips.add(uri, pointer, message, mend, rule="ref")
        self.value_at(uri, pointer[:-1]).pop("$ref", None)
        self._is_patched = True

    def _cut_circles(self) -> None:
        """Leave out one `$ref` of each circle that they lead in."""
        ending: set[tuple[str, _Pointer]] = set()
        """Places from which every `$ref` leads to an end: each is gone through once."""
        for base, ref in self._uses:
            found = self.target(base, ref)
            seen: set[tuple[str, _Pointer]] = set()
            while found is not None and found[:2] not in ending:
                uri, pointer, value = found
                next_ref = value.get("$ref") if isinstance(value, dict) else None
                if not isinstance(next_ref, str) or self._is_whole(pointer, value):
                    break
                if (uri, pointer) in seen:
                    message = f"$ref {next_ref!r} leads back to itself."
                    self.slips.add(uri, pointer, message, rule="ref")
                    self._leave_out_ref(uri, (*pointer, "$ref"), RefProblem())
                    break
                seen.add((uri, pointer))
                found = self.target(uri, next_ref)
            ending |= seen

    def _is_whole(self, pointer: _Pointer, words: dict[str, Any]) -> bool:
        """Whether what stands beside the `$ref` of a schema counts too."""
        return not self.lone_refs and says_more(words) and holds_schema(pointer)
