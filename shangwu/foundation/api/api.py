"""What the generated API can't say of the API's own records: what stands for a key is nobody's to read."""

from shangwu.foundation.api.exposure import leave_out, show_by_example
from shangwu.foundation.api.models import Subscription, Token

leave_out(Token, "digest")
leave_out(Subscription, "salt")
show_by_example(Token, scopes="sales.order:read sales.order.confirm")
show_by_example(Subscription, url="https://example.com/hook", listens_to="sales.order.confirmed sales.payment.*")
