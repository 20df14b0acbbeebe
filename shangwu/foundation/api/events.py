"""Start-up: what the API hears of."""

from shangwu.foundation.api import tokens  # noqa: F401 -- notes which token did what
from shangwu.foundation.api.webhooks import announcing  # noqa: F401 -- tells webhooks
