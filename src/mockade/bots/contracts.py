"""What a script's words mean in the contracts: operations by their ids, security schemes by their names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from mockade.contract.contract import Contract
from mockade.contract.operations import Operation
from mockade.contract.schemes import Scheme
from mockade.hints import did_you_mean


class Contracts:
    """The contracts of the APIs that one script calls, by stem: one, or those of a family."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self.contracts = contracts
        self._operations: dict[str, list[Operation]] = {}
        for contract in contracts.values():
            for operation in contract.operations:
                self._operations.setdefault(operation.id, []).append(operation)

    def operation(self, word: str) -> Operation:
        """That of an operationId, or of `api.operationId`. Raises ValueError, with a sentence, for none."""
        found = self._operations.get(word, [])
        if not found:
            api, _, name = word.partition(".")
            found = [one for one in self._operations.get(name, ()) if one.api == api]
        if len(found) == 1:
            return found[0]
        if found:
            names = " or ".join(f"{one.api}.{one.id}" for one in found)
            raise ValueError(f"Several APIs have an operation {word!r}: say {names}.")
        # Behind an API's name those of several APIs too, which need it.
        named = {f"{one.api}.{one.id}" for several in self._operations.values() for one in several}
        known = named if "." in word else {name for name, one in self._operations.items() if len(one) == 1}
        raise ValueError(f"No operation is called {word!r}. {did_you_mean(word, known)}")

    def api_of(self, scheme: str) -> str:
        """The API that credentials of a scheme are minted for. Raises ValueError, with a sentence."""
        for stem, contract in self.contracts.items():
            if scheme in contract.security_schemes:
                return stem
        known = {name for one in self.contracts.values() for name in one.security_schemes}
        raise ValueError(f"There is no security scheme {scheme!r}. {did_you_mean(scheme, known)}")

    def carried(self, operation: Operation, held: Collection[str]) -> list[tuple[Scheme, str]] | None:
        """The schemes by which who holds credentials calls an operation, and which of them each sends.

        They are those of the first alternative that can be met, none where anybody may call; None where no
        alternative can be met.
        """
        for alternative in operation.security or ({},):
            found = list(self._met(operation, alternative, held))
            if len(found) == len(alternative):
                return found
        return None

    def _met(
        self, operation: Operation, alternative: Collection[str], held: Collection[str]
    ) -> Iterator[tuple[Scheme, str]]:
        schemes = self.contracts[operation.api].security_schemes
        for name in alternative:
            scheme = schemes.get(name)
            if scheme is not None:
                has = next((one for one in (name, scheme.credentials_scheme) if one in held), "")
                if has:
                    yield scheme, has

    def needs(self, operation: Operation) -> list[str]:
        """The security schemes of an operation's alternatives, as a script names them."""
        schemes = self.contracts[operation.api].security_schemes
        names = (name for alternative in operation.security for name in alternative)
        return list(dict.fromkeys(schemes[name].credentials_scheme for name in names if name in schemes))
