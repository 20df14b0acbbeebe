"""What the database refuses by itself: one's own approval, a second thought about a decision, a second ending."""

import pgtrigger

_NOT_OWN = pgtrigger.Trigger(
    name="not_own",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    condition=pgtrigger.Condition("NEW.votes AND NEW.state <> 'dropped'"),
    # The request is the witness: a ticket can't be made anybody's own by what stands on the ticket itself.
    func="""
        IF EXISTS (
            SELECT 1 FROM approvals_request r WHERE r.id = NEW.request_id AND (
                r.requester_id IS DISTINCT FROM NEW.requester_id
                OR r.concerned && ARRAY[NEW.person_id, NEW.decided_by_id, NEW.acting_for_id]
            )
        ) THEN
            RAISE EXCEPTION 'nobody approves their own'
                USING ERRCODE = '23514', CONSTRAINT = 'ticket_not_own', TABLE = 'approvals_ticket';
        END IF;
        RETURN NEW;
        """,
)

_DECIDED_STAYS = pgtrigger.Trigger(
    name="decided_stays",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    condition=pgtrigger.Condition("OLD.decided_at IS NOT NULL"),
    func="""
        RAISE EXCEPTION 'a decision stays as it was'
            USING ERRCODE = '23514', CONSTRAINT = 'ticket_decided_stays', TABLE = 'approvals_ticket';
        """,
)

_ENDS_ONCE = pgtrigger.Trigger(
    name="ends_once",
    operation=pgtrigger.Update,
    when=pgtrigger.Before,
    condition=pgtrigger.Condition(
        "OLD.state IN ('approved', 'rejected', 'withdrawn', 'void') AND NEW.state IS DISTINCT FROM OLD.state"
        " OR OLD.requester_id IS DISTINCT FROM NEW.requester_id OR NOT NEW.concerned @> OLD.concerned"
    ),
    func="""
        RAISE EXCEPTION 'a request ends once, and whom it concerns stays'
            USING ERRCODE = '23514', CONSTRAINT = 'request_ends_once', TABLE = 'approvals_request';
        """,
)

ON_TICKETS = [_NOT_OWN, _DECIDED_STAYS]
ON_REQUESTS = [_ENDS_ONCE]
