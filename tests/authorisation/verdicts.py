"""The hand-written verdicts. A rule can't judge itself: nothing writes this table but people.

A cell is `y` or `-`. roles: `*` stands for all that no other row of the same record and verb names; a role that no row
names is refused. verbs: see, create, edit, archive (and bringing back), decide (all others), or a verb's own name,
or `verb@state` where the state matters; the most exact wins.
Relations: own; made (own, and entered by oneself); team (of one who reports to the person); department (of a
colleague); elsewhere (another department's); unowned (in the pool, elsewhere); shared (elsewhere, with the person as
collaborator); deputy (of an absent person elsewhere in whose place one stands, with that person's role);
secret (own, above the clearance); archived (own; only seeing and bringing back can be allowed).
"""

import csv
from dataclasses import dataclass
from functools import cache

from shangwu.foundation.actions.registry import Action
from shangwu.foundation.people.roles import Role
from tests.support import ROOT

RELATIONS = (
    "own", "made", "team", "department", "elsewhere", "unowned", "shared", "deputy", "secret", "archived",
)  # fmt: skip
CLASSES = frozenset({"see", "create", "edit", "decide", "archive"})
EVERYBODY = "*"
Cells = dict[str, bool]


@dataclass
class Table:
    """(record, verb) -> role -> relation -> allowed. `asked`: which rows answered, so that dead ones are found."""

    cells: dict[tuple[str, str], dict[str, Cells]]
    asked: set[tuple[str, str]]

    def allows(self, record: str, action: Action | None, state: str | None, role: Role, relation: str) -> bool:
        """The verdict; `action` None means seeing. Raises LookupError when nobody has written one."""
        verb = "see" if action is None else action.verb
        kind = "see" if action is None else class_of(action)
        for name in (f"{verb}@{state}", verb, kind):
            if rows := self.cells.get((record, name)):
                self.asked.add((record, name))
                found = rows.get(role.value) or rows.get(EVERYBODY)
                if relation == "archived" and kind not in ("see", "archive"):
                    return False
                return bool(found and found["own" if kind == "create" else relation])
        raise LookupError(f"{record}: nobody has written who may “{verb}”; add it to tests/authorisation.csv")


def class_of(action: Action) -> str:
    """The verb class under which an action is judged when it has no row of its own."""
    if action.makes:
        return "create"
    if action.verb in ("archive", "unarchive"):
        return "archive"
    return "edit" if action.verb == "edit" else "decide"


@cache
def verdicts() -> Table:
    """The table as it was written. Raises ValueError where two rows decide the same, or a word is misspelt."""
    cells: dict[tuple[str, str], dict[str, Cells]] = {}
    with (ROOT / "tests" / "authorisation.csv").open(newline="") as file:
        for row in csv.DictReader(file, strict=True):
            found = {relation: {"y": True, "-": False}[row[relation]] for relation in RELATIONS}
            for record in row["records"].split():
                for verb in row["verbs"].split():
                    for role in row["roles"].split():
                        rows = cells.setdefault((record, verb), {})
                        if role in rows or role not in {EVERYBODY, *Role.values}:
                            raise ValueError(f"{record} {verb} {role}: decided twice, or no such role")
                        rows[role] = found
    return Table(cells, set())
