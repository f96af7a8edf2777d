"""Which operations answer what is generated, and which nobody answers: no faults, but good to know."""

from __future__ import annotations

from dataclasses import dataclass, field

from mockade.catalogue.answerers import Answerer
from mockade.catalogue.api import Api
from mockade.errors import OurFault
from mockade.state.clock import Clock
from mockade.state.state import State
from mockade.state.transaction import Transaction


@dataclass(slots=True)
class Answers:
    """Operations by who answers them, each as `api.operationId`."""

    operations: int = 0
    generated: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    """A 501: nobody answers, or no valid body was found."""

    def count(self, api: Api) -> None:
        """Count the operations of an API. What is generated is tried."""
        for operation, answerer in api.answerers.items():
            self.operations += 1
            if answerer.kind == "generated" and _can_be_made(api, answerer):
                self.generated.append(f"{api.stem}.{operation}")
            elif answerer.kind in ("generated", "stub"):
                self.unanswered.append(f"{api.stem}.{operation}")


def _can_be_made(api: Api, answerer: Answerer) -> bool:
    try:
        answerer.answer(api.call(Transaction(State(Clock.frozen(0.0)))))
    except OurFault:
        return False
    return True
