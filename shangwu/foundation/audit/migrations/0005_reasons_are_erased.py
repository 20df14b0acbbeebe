from django.db import migrations

ERASE = """
CREATE FUNCTION shangwu_erase_reasons(told jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    former text := coalesce(current_setting('pgtrigger.ignore', true), '');
    guards text;
    found bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM audit_entry WHERE context = present AND verb LIKE '%.erase') THEN
        RAISE EXCEPTION 'only an erase action erases, in its own transaction';
    END IF;
    SELECT array_agg(tgname)::text INTO guards FROM pg_trigger
    WHERE tgrelid IN ('public.audit_entry'::regclass, 'public.audit_salt'::regclass)
      AND tgname LIKE 'pgtrigger_append_only_%';
    PERFORM set_config('pgtrigger.ignore', guards, true);
    WITH changed AS (
        UPDATE audit_entry e SET reason = t.said FROM jsonb_each_text(told) AS t(entry, said)
        WHERE e.id = t.entry::bigint AND jsonb_exists(e.commitments, 'entry.reason') RETURNING e.id
    ), gone AS (DELETE FROM audit_salt WHERE entry_id IN (SELECT id FROM changed))
    SELECT count(*) INTO found FROM changed;
    PERFORM set_config('pgtrigger.ignore', former, true);
    RETURN found;
END
$$;
"""


class Migration(migrations.Migration):
    """A second function of the owner's takes a person's name out of the reasons of log entries whose seal covers only a
    commitment of them. It asks, as the first, for the log entry of an erase action in the same transaction.
    """

    dependencies = [("audit", "0004_salts_are_kept")]
    operations = [
        migrations.RunSQL(ERASE, "DROP FUNCTION shangwu_erase_reasons(jsonb)"),
    ]
