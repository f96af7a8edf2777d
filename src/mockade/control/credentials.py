"""Control: a world's credentials, listed and minted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.catalogue.access import open_names
from mockade.catalogue.api import Api
from mockade.catalogue.credentials import (
    NAMED,
    Copies,
    Members,
    copied,
    encode_caller,
    read_caller,
    unsendable,
    vet,
)
from mockade.contract.schemes import REDACTED, Scheme
from mockade.control.call import ControlCall
from mockade.errors import Refusal
from mockade.hints import did_you_mean
from mockade.state.caller import Caller
from mockade.state.ids import drawn_uuid
from mockade.state.state import State
from mockade.state.transaction import Transaction


def list_credentials(call: ControlCall) -> dict[str, Any]:
    """API by API, in the order in which they are served."""
    callers = sorted(call.world.state.callers.items(), key=lambda pair: pair[0])
    secrets = call.query["secrets"]
    listed = [
        to_json(stem, scheme, secret, caller, secrets=secrets)
        for served in call.running.apis
        for (stem, scheme, secret), caller in callers
        if stem == served
    ]
    opened = [
        {"api": stem, "scheme": name}
        for stem, api in call.running.apis.items()
        for name in open_names(api.contract, api.access)
    ]
    return {"credentials": listed, **({"open": opened} if opened else {})}


def to_json(stem: str, scheme: str, secret: str, caller: Caller, *, secrets: bool) -> dict[str, Any]:
    """The component Credential; without `secrets` they are redacted."""
    return {
        "api": stem,
        "scheme": scheme,
        "secret": secret if secrets else REDACTED,
        # A caller without a name in the fixtures has the secret as its id.
        "caller": caller.id if secrets or caller.id != secret else REDACTED,
        "permissions": sorted(caller.permissions),
        **({"unrestricted": True} if caller.unrestricted else {}),
        **({"refused": caller.refused} if caller.refused else {}),
        **({"facts": dict(caller.facts)} if caller.facts else {}),
    }


def mint_credential(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    """Refuses a taken secret with 409, and one that cannot be sent or an unfit caller with 400."""
    meant = [call.api(body["api"]), *call.meant(body["api"])[1:]]
    api = next((one for one in meant if one.fixtures.credentials), meant[0])
    scheme = _scheme(api, body)
    sharing = api.sharing(scheme.credentials_scheme)

    def mint(transaction: Transaction) -> dict[str, Any]:
        own = {**_facts(body), **{name: body[name] for name in NAMED & body.keys()}}
        members = copied(_original(sharing, transaction.state, scheme, body.get("like")), own)
        members.setdefault("caller", _new_uuid(transaction))
        secret = body["secret"] if "secret" in body else _new_secret(transaction, scheme, members["caller"])
        problem = unsendable(scheme, secret)
        if problem:
            raise Refusal(400, "bad_secret", f"Such a secret cannot be sent: {problem}.")
        caller = read_caller(secret, members, api.access.permissions)
        for one in sharing:
            objection = vet(one.module, caller)
            if objection:
                raise Refusal(400, "bad_caller", f"{one.stem} has no such callers: {objection}")
        callers = transaction.state.callers
        if any((one.stem, scheme.credentials_scheme, secret) in callers for one in sharing):
            taken = f"There is a credential for {scheme.credentials_scheme} with this secret already"
            message = f"{taken}: choose another."
            raise Refusal(409, "secret_taken", message)
        transaction.admit(api.stem, scheme.credentials_scheme, secret, caller)
        return to_json(api.stem, scheme.credentials_scheme, secret, caller, secrets=True)

    return call.change("mintCredential", mint)


def _facts(body: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = body.get("facts", {})
    twice = sorted(NAMED & facts.keys())
    if twice:
        message = f"{twice[0]!r} stands beside `facts`, not in it."
        raise Refusal(400, "bad_facts", message)
    return facts


def _original(sharing: Sequence[Api], state: State, scheme: Scheme, like: str | None) -> Members:
    """What a minted credential copies: that of the caller in this world that `like` names, else `minted`.

    `sharing` are the APIs that share its credentials, the one that it is minted for first.
    """
    api, stems = sharing[0], {one.stem for one in sharing}
    if like is None:
        return api.access.minted
    held: dict[str, dict[str, Members]] = {}
    for (stem, name, secret), caller in sorted(state.callers.items(), key=lambda pair: pair[0]):
        if stem in stems:
            held.setdefault(name, {})[secret] = encode_caller(caller)
    at = Copies(held).find(like, (scheme.credentials_scheme, ""))
    if at is None:
        raise Refusal(404, "no_caller", f"{api.stem} has no caller or credential of that name to be like.")
    return held[at[0]][at[1]]


def _scheme(api: Api, body: dict[str, Any]) -> Scheme:
    """The scheme that the body names, else the first that has credentials, else the first."""
    schemes = {
        name: one for name, one in api.contract.security_schemes.items() if one.carrier != "certificate"
    }
    if "scheme" in body:
        scheme = schemes.get(body["scheme"])
        if scheme is None:
            message = f"{api.stem} has no security scheme {body['scheme']!r} that takes a secret."
            raise Refusal(404, "no_scheme", f"{message} {did_you_mean(body['scheme'], schemes)}")
        return scheme
    schemes_with_credentials = [
        one for one in schemes.values() if one.credentials_scheme in api.fixtures.credentials
    ]
    found = next(iter(schemes_with_credentials or schemes.values()), None)
    if found is None:
        message = f"The contract of {api.stem} has no security scheme that takes a secret: anybody may call."
        raise Refusal(400, "no_scheme", message)
    return found


def _new_uuid(transaction: Transaction) -> str:
    return drawn_uuid(transaction.state.seed, transaction.draw())


def _new_secret(transaction: Transaction, scheme: Scheme, caller: str) -> str:
    """For Basic it is `user:password`, with the caller's name as user where that is possible."""
    secret = _new_uuid(transaction)
    if not scheme.is_basic:
        return secret
    return (
        f"{caller}:{secret}"
        if caller.isprintable() and ":" not in caller
        else f"{_new_uuid(transaction)}:{secret}"
    )
