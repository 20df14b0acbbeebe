"""Approvals: who must agree to what, by which route, and the trace that their decisions leave (DOMAIN 2.1).

A chapter declares what can be approved, and opens requests from a body of its own:

    approvable(
        "sales.order.review", model=Order, label=_("Order review"), clause="2.6.1",
        facts={"discount": Fact(_("Discount"), lambda order: ...)}, amount=lambda order: order.gross,
        on_approved="sales.order.accept", on_rejected="sales.order.refuse", on_returned="sales.order.return",
        route=[StepSpec(_("Head"), role=Role.HEAD, when=[("discount", "above", "{discount.sales}")])],
    )

    @action(Order, "submit", ..., prepare=opening("sales.order.review"))
    def submit(order, by, opened):
        return opened.request(order, by)

`opening(kind)` is the action's `prepare` (or is called from one); `request` gives the rows that the body returns. The
final decision runs `on_approved` and its like on the subject through the door, in the same transaction, as the person
who decided; those actions are declared with `may=by_decision`. Such an action receives those of its inputs that are
called `conditions` and `opinion`.

kinds: what can be approved. conditions: the closed vocabulary of comparisons. models: routes with editions, requests
with steps and tickets. directory: who holds what. opening, course: a request's beginning and its way, in memory.
"""
