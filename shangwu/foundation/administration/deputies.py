"""Who stands in for whom by their post (B角): a delegation begins with what their files say."""

from collections.abc import Mapping, Sequence

from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

FOR_OTHERS = (Role.HUMAN_RESOURCES, Role.ADMINISTRATOR, Role.HEAD)
"""They delegate for others too, so nobody is taken for the absent one until they say who it is."""


def begun_delegation(by: Actor, _record: None, asked: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The absent person and the deputy that their file names: of who is asked for; else of the reader themselves."""
    if "absent" in asked:
        keys = [key for key in asked["absent"] if is_public_id(key)]
        absent = Person.objects.visible_to(by).filter(public_id__in=keys[:1])
    elif by.person_id is None or by.holds_any(FOR_OTHERS):
        return {}
    else:
        absent = Person.objects.visible_to(by).filter(pk=by.person_id)
    found = absent.filter(deputy__state=Person.State.ACTIVE).values_list("public_id", "deputy__public_id").first()
    return {"absent": [str(found[0])], "deputy": [str(found[1])]} if found else {}
