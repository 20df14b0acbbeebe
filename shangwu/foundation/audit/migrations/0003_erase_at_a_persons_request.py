from django.db import migrations

ERASE = """
CREATE FUNCTION shangwu_erase(history text, key text, object bigint, masks jsonb) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    former text := coalesce(current_setting('pgtrigger.ignore', true), '');
    guards text;
    blanks text;
    contexts uuid[];
    found bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM audit_entry WHERE context = present AND verb LIKE '%.erase') THEN
        RAISE EXCEPTION 'only an erase action erases, in its own transaction';
    END IF;
    IF NOT EXISTS (SELECT FROM information_schema.columns
                   WHERE table_schema = 'public' AND table_name = history AND column_name = 'pgh_context_id') THEN
        RAISE EXCEPTION '% is no row history', history;
    END IF;
    SELECT string_agg(format('%I = %L', name, mask), ', ') INTO blanks FROM jsonb_each_text(masks) AS m(name, mask);
    SELECT array_agg(tgname)::text INTO guards FROM pg_trigger
    WHERE tgrelid IN (format('public.%I', history)::regclass, 'public.audit_salt'::regclass)
      AND tgname LIKE 'pgtrigger_append_only_%';
    EXECUTE format('SELECT array_agg(DISTINCT pgh_context_id) FROM %I WHERE %I = $1', history, key)
    INTO contexts USING object;
    PERFORM set_config('pgtrigger.ignore', guards, true);
    EXECUTE format('UPDATE %I SET %s WHERE %I = $1', history, blanks, key) USING object;
    WITH entries AS (SELECT id FROM audit_entry WHERE context = ANY (contexts || present)),
    gone AS (DELETE FROM audit_salt WHERE entry_id IN (SELECT id FROM entries))
    SELECT array_agg(id) INTO found FROM entries;
    PERFORM set_config('pgtrigger.ignore', former, true);
    RETURN coalesce(found, '{}');
END
$$;
"""


class Migration(migrations.Migration):
    """One function of the owner's blanks a person's values in row history, and deletes the salts of their commitments.

    Nobody else may: the triggers keep history and salts, and where the program serves under a role of its own, that
    role has no right to change them. The function asks for the log entry of an erase action in the same transaction.
    """

    dependencies = [("audit", "0002_context_without_rows")]
    operations = [
        migrations.RunSQL(ERASE, "DROP FUNCTION shangwu_erase(text, text, bigint, jsonb)"),
    ]
