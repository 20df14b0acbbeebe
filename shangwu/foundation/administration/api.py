"""What the API's documentation can't know of the foundation's own records; and the regulation, read as of a day."""

from shangwu.foundation.administration import regulation_readings  # noqa: F401 -- registers them
from shangwu.foundation.api.exposure import show_by_example
from shangwu.foundation.own_fields.models import OwnField, OwnOption

show_by_example(OwnField, key="visit_rhythm", label="Visit rhythm")
show_by_example(OwnOption, key="weekly", label="Every week")
