"""Template tags of the small marks: `{% load face %}`, then `{% icon "plus" %}`, `{% state label kind %}` and so on."""

from django import template

from shangwu.foundation.pages import face
from shangwu.foundation.pages.words import words

register = template.Library()

for function in (
    face.icon,
    face.seal,
    face.state,
    face.tag,
    face.clause,
    face.parameter,
    face.avatar,
    face.person,
    face.mark,
    face.progress,
    face.key,
    face.change,
):
    register.simple_tag(function)
register.simple_tag(words)
