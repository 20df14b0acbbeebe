"""Declaring work: a name, a title, a function."""

from collections.abc import Callable
from dataclasses import dataclass

from shangwu.foundation.records.refusals import Sentence

Work = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Declared:
    """Work that can be started."""

    name: str
    title: Sentence
    work: Work


declared: dict[str, Declared] = {}


def job(name: str, *, title: Sentence) -> Callable[[Work], Work]:
    """Declare `work(running, **arguments)` under a public name such as "exchange.import".

    The work is called in request code, as `running.by`. It must be safe to run twice. It ends early by
    `running.progress`, which raises Cancelled, and by raising ValidationError or Refusal, whose sentence people see.
    """

    def declare(work: Work) -> Work:
        if name in declared:
            raise ValueError(f"job {name} is declared twice")
        declared[name] = Declared(name, title, work)
        return work

    return declare
