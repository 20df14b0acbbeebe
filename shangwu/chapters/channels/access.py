"""Who sees channels: channel managers their own and their team's, heads their department's (2.4.1)."""

from shangwu.chapters.channels.models import Channel
from shangwu.foundation.access.predicates import holds
from shangwu.foundation.access.scoping import Reach, scope
from shangwu.foundation.people.roles import Role

scope(
    Channel,
    {
        Role.CHANNELS: Reach.TEAM, Role.HEAD: Reach.DEPARTMENT, Role.BUSINESS: Reach.DEPARTMENT,
        Role.SALES: Reach.DEPARTMENT, Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.LEGAL: Reach.DEPARTMENT,
        Role.FINANCE: Reach.DEPARTMENT, Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL,
    },
)  # fmt: skip

keeps_channels = holds(Role.CHANNELS, Role.HEAD, Role.EXECUTIVE)
decides_on_channels = holds(Role.HEAD, Role.VICE_EXECUTIVE, Role.EXECUTIVE)
