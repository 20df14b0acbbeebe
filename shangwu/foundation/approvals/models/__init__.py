"""Routes with their editions; requests with their steps and tickets."""

from shangwu.foundation.approvals.models.requests import Request, Step, Ticket
from shangwu.foundation.approvals.models.routes import (
    Link,
    Mode,
    Route,
    RouteCondition,
    RouteEdition,
    RouteStep,
    StepShape,
)

__all__ = [
    "Link", "Mode", "Request", "Route", "RouteCondition", "RouteEdition", "RouteStep", "Step", "StepShape", "Ticket",
]  # fmt: skip
