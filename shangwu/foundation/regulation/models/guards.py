"""What the database refuses by itself: an edition that does not follow the former one, a text changed afterwards.

Each published edition follows another one, and none is followed twice (`edition_followed_once`): together with the rule
that it begins later, they stand in one line in time.
"""

import pgtrigger

_FOLLOWS = pgtrigger.Trigger(
    name="follows",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    condition=pgtrigger.Condition("NEW.state = 'published'"),
    func="""
        IF EXISTS (
            SELECT 1 FROM regulation_edition e WHERE e.id = NEW.former_id
            AND (e.state NOT IN ('published', 'superseded') OR e.effective_from >= NEW.effective_from)
        ) THEN
            RAISE EXCEPTION 'an edition begins after the one that it follows'
                USING ERRCODE = '23514', CONSTRAINT = 'edition_follows', TABLE = 'regulation_edition';
        END IF;
        RETURN NEW;
        """,
)

_PUBLISHED_STAYS = pgtrigger.Trigger(
    name="published_stays",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    condition=pgtrigger.Condition("OLD.state IN ('published', 'superseded')"),
    func="""
        IF TG_OP = 'DELETE' OR NEW.state NOT IN ('published', 'superseded')
            OR NEW.effective_from IS DISTINCT FROM OLD.effective_from OR NEW.former_id IS DISTINCT FROM OLD.former_id
        THEN
            RAISE EXCEPTION 'a published edition stays'
                USING ERRCODE = '23514', CONSTRAINT = 'edition_published_stays', TABLE = 'regulation_edition';
        END IF;
        RETURN NEW;
        """,
)

_TEXT_STAYS = pgtrigger.Trigger(
    name="text_stays",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func="""
        IF EXISTS (
            SELECT 1 FROM regulation_edition e
            WHERE e.id IN (OLD.edition_id, NEW.edition_id) AND e.state IN ('published', 'superseded')
        ) THEN
            RAISE EXCEPTION 'the text of a published edition stays'
                USING ERRCODE = '23514', CONSTRAINT = 'passage_text_stays', TABLE = 'regulation_passage';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
        """,
)

ON_EDITIONS = [_FOLLOWS, _PUBLISHED_STAYS]
ON_PASSAGES = [_TEXT_STAYS]
