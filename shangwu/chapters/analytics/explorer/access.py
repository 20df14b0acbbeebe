"""Who sees saved analyses (2.7.2): their makers, and everybody once they are shared. Figures have their own gates."""

from django.db.models import Q

from shangwu.chapters.analytics.explorer.models import SavedAnalysis
from shangwu.foundation.access.scoping import Reach, scope
from shangwu.foundation.people.roles import Role

scope(
    SavedAnalysis,
    dict.fromkeys(Role, Reach.OWN),
    open_when=Q(state=SavedAnalysis.State.SHARED),
    open_to=frozenset(Role),
)
