"""What the API can't know of the foundation's own records; the regulation as of a day; the ledger of numbers."""

from shangwu.foundation.administration import number_readings, regulation_readings  # noqa: F401 -- register them
from shangwu.foundation.api.exposure import show_by_example
from shangwu.foundation.own_fields.models import OwnField, OwnOption

show_by_example(OwnField, key="visit_rhythm", label="Visit rhythm")
show_by_example(OwnOption, key="weekly", label="Every week")
