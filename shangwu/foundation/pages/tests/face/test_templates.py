"""Every template of the house and of the sign-in library compiles with our settings."""

from pathlib import Path

import allauth
import pytest
from django.template.loader import get_template

import shangwu

IN_USE = ("account", "mfa", "usersessions", "socialaccount", "allauth")
ALLAUTH = Path(allauth.__file__).parent / "templates"


def _names() -> list[str]:
    found = {
        str(path.relative_to(folder))
        for folder in Path(shangwu.__file__).parent.glob("**/templates")
        if "tests" not in folder.parts
        for path in folder.rglob("*.html")
    }
    found |= {str(path.relative_to(ALLAUTH)) for room in IN_USE for path in (ALLAUTH / room).rglob("*.html")}
    return sorted(found)


@pytest.mark.parametrize("name", _names())
def test_a_template_compiles(name: str) -> None:
    get_template(name)
