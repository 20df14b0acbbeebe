"""What the regulation leaves open about tokens."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.parameters import Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter(
        "api.token_days",
        clause="3.4.2",
        label=_("Longest life of an API token"),
        default=365,
        unit=Unit.DAYS,
        least=1,
        most=366,
    )
)
