"""The banner of `serve`: each API's base URLs, credentials and a curl line to paste."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from urllib.parse import quote

import click
import orjson

from mockade.catalogue.access import open_names, unasked
from mockade.catalogue.answerers import snake
from mockade.catalogue.api import Api
from mockade.catalogue.connecting import connect_lines
from mockade.catalogue.files import home_option
from mockade.contract.media_types import is_json
from mockade.contract.operations import Operation
from mockade.contract.schemes import Scheme
from mockade.contract.violations import ABSENT
from mockade.errors import counted, printable
from mockade.hints import shell_line
from mockade.settings import MOCKADE_PATH

MOST_NAMED = 4
"""Operations that a line names."""

MAX_WIDTH = 90
"""Characters of a line of credentials."""


def banner(
    apis: Mapping[str, Api], base_paths: Mapping[str, Sequence[str]], url: str, *, rows: int = 0
) -> Iterator[str]:
    """What is served: each API's base URLs, credentials, a curl line to paste, and where its contract is.

    `base_paths` are the paths that stand before an API's own, the published ones last. Collections
    without rows of their own start with `rows`.
    """
    for stem, api in apis.items():
        name = click.style(printable(stem), bold=True)
        yield f"{name}  {printable(api.contract.title)}, {counted(len(api.contract.operations), 'operation')}"
        named = [("base URL", " or ".join(f"{url}{base}" for base in reversed(base_paths[stem])))]
        for scheme in api.fixtures.credentials:
            first, *others = _in_lines(list(_credentials(api, scheme))) or [""]
            named += [(scheme, first), *(("", line) for line in others)]
        opened = ", ".join(open_names(api.contract, api.access))
        if opened:
            named.append(
                ("open", f"{opened}: any well-formed credential will do; --closed refuses to start so")
            )
        named += _unasked_lines(api)
        named += _rows_lines(api, rows)
        published = url + base_paths[stem][-1]
        for at, line in enumerate(connect_lines(api.fixtures.connect, published)):
            named.append(("" if at else "connect", line))
        line = curl_line(api, published)
        if line:
            named.append(("try", line))
        named = [(printable(name), printable(text)) for name, text in named]
        wide = max(len(name) for name, _ in named)
        for name, text in named:
            yield f"  {name:{wide}}  {click.style(text, fg='cyan') if name == 'try' else text}"
        yield from slips_line(api)
        yield ""
    name = quote(next(iter(apis))) if len(apis) == 1 else "API"
    yield f"Console: {url}{MOCKADE_PATH}/"
    yield f"{'Contract' if len(apis) == 1 else 'Contracts'}: {url}{MOCKADE_PATH}/docs/{name}/openapi.json"
    yield f"Docs: {url}{MOCKADE_PATH}/docs/"


def _rows_lines(api: Api, rows: int) -> Iterator[tuple[str, str]]:
    """Where the rows come from, and how to have others."""
    origin, fixtures = api.origin, api.fixtures
    plan = api.starting_plan(rows) if api.starting_names(rows) else None
    write = shell_line(["mockade", "rows", *origin.words_with_fixtures(), "--write"])
    if not origin.has_fixtures:
        write += f", and serve with {shell_line(home_option(origin.folder))}"
    if fixtures.is_blank and api.collections:
        yield "rows", f"none: {fixtures.file} is empty, so that all starts empty; to fill it: {write}"
    elif fixtures.is_file and origin.has_fixtures and len(origin.words) == 1:  # not of a home that was named
        yield "fixtures", fixtures.file
    if plan is not None and fixtures.is_file:
        yield "rows", f"made up, {plan.count} in each collection that the fixtures do not name"
    elif plan is not None:
        yield "rows", f"made up, {plan.count} in each collection; --rows 0 for none; to edit them: {write}"


def _unasked_lines(api: Api) -> Iterator[tuple[str, str]]:
    """Which operations list security schemes and can be called without a credential, and why."""
    optional, certificates = unasked(api.contract)
    for operations, reason in (
        (optional, "need no credential: {} is among their alternatives"),
        (certificates, "ask for a client certificate alone, which is not seen here"),
    ):
        if operations:
            names = ", ".join(one.id for one in operations[:MOST_NAMED])
            more = f" and {len(operations) - MOST_NAMED} more" if len(operations) > MOST_NAMED else ""
            yield "open", f"{names}{more}: {reason}"


def slips_line(api: Api) -> Iterator[str]:
    """How many slips the contract has, and the worst; nothing where it has none."""
    slips = api.contract.document.slips
    worst = slips.worst()
    if worst is not None and worst.severity != "info":
        yield printable(
            f"  {api.stem}: {counted(slips.count, 'slip')} in the contract, the worst at "
            f"{worst.place}: {worst.message} `mockade validate` tells all."
        )


def _in_lines(words: Sequence[str]) -> list[str]:
    """The words in one line if it is not too long, else one in a line."""
    line = ", ".join(words)
    return [line] if len(line) <= MAX_WIDTH else list(words)


def _credentials(api: Api, scheme: str) -> Iterator[str]:
    for (name, secret), caller in api.callers.items():
        if name == scheme:
            note = (
                f"refused: {caller.refused}" if caller.refused else caller.id if caller.id != secret else ""
            )
            yield f"{secret} ({note})" if note else secret


def curl_line(api: Api, url: str) -> str:
    """A request that works when pasted: a GET if there is one whose parameters are known, else a POST.

    `url` is what stands before the API's own paths. Empty when no operation is known well enough.
    """
    operations = sorted(
        api.contract.operations,
        key=lambda one: (_may_wait(api, one), one.method != "GET", "{" in one.path),
    )
    for operation in operations:
        path, secret = _path(api, operation), credential(api, operation)
        if operation.method not in ("GET", "POST") or path is None or secret is None:
            continue
        words = ["curl", "-s", *secret]
        if operation.body is not None:
            contents = [c for name, c in operation.body.contents.items() if is_json(name)]
            body = contents[0].example if contents else ABSENT
            if body is ABSENT:
                continue
            words += ["-H", "Content-Type: application/json", "-d", orjson.dumps(body).decode()]
        return shell_line([*words, url + path])
    return ""


def _may_wait(api: Api, operation: Operation) -> bool:
    """Whether an operation is a long poll: pasted, it would look like a server that hangs."""
    handler = api.module.handlers.get(snake(operation.id))
    return "Wait" in str(getattr(handler, "__annotations__", {}).get("return"))


def _path(api: Api, operation: Operation) -> str | None:
    """The operation's path with values for its parameters; None where one has no known value."""
    if operation.mark:
        return None
    path = operation.path
    for parameter in operation.parameters:
        if parameter.where == "path":
            value = _first_key(api, operation, parameter.name)
            if value is None:
                value = parameter.example
            if value is ABSENT:
                return None
            path = path.replace("{" + parameter.name + "}", quote(str(value), safe=""))
        elif parameter.required:
            return None
    return path


def _first_key(api: Api, operation: Operation, parameter: str) -> str | None:
    """The key of the first row of a collection that has the parameter as its key, or its name in the path."""
    for name, key in api.first_keys():
        if api.collections[name].collection.key == parameter or name in operation.path.split("/"):
            return key
    return None


def credential(api: Api, operation: Operation) -> list[str] | None:
    """The curl words that carry a credential for the operation; None when no one may call it."""
    if not operation.security:
        return []
    for alternative in operation.security:
        words: list[str] = []
        for scheme in alternative:
            found = _secret_for(api, operation, scheme)
            if found is None:
                break
            words += found
        else:
            return words
    return None


def _secret_for(api: Api, operation: Operation, name: str) -> list[str] | None:
    scheme = api.contract.security_schemes[name]
    sharing = api.sharing(scheme.credentials_scheme)
    for (credentials_scheme, secret), caller in chain.from_iterable(one.callers.items() for one in sharing):
        allowed = not operation.permissions or caller.holds(*operation.permissions)
        if credentials_scheme == scheme.credentials_scheme and not caller.refused and allowed:
            return _carried(scheme, secret, operation)
    if scheme.credentials_scheme in api.access.open_schemes:
        return _carried(scheme, "anyone:anything" if scheme.is_basic else "anything", operation)
    return None


def _carried(scheme: Scheme, secret: str, operation: Operation) -> list[str] | None:
    """The curl words that carry a secret; None where a request to the operation would need other ones."""
    if scheme.is_basic:
        return ["-u", secret]
    word = f"{scheme.word} " if scheme.word else scheme.prefix
    if scheme.carrier == "query" and operation.method == "GET":
        return ["-G", "--data-urlencode", f"{scheme.field}={word}{secret}"]
    if scheme.carrier == "cookie":
        return ["-b", f"{scheme.field}={word}{secret}"]
    return ["-H", f"{scheme.field}: {word}{secret}"] if scheme.carrier == "header" else None
