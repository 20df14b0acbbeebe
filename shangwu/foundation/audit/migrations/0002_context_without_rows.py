from django.db import migrations

ATTACH = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT nullif(current_setting('pghistory.context_id', true), '')::uuid
$$
"""


class Migration(migrations.Migration):
    """History rows carry the id of their log entry's context; a table of contexts beside the log would say it twice."""

    dependencies = [("audit", "0001_initial"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunSQL(ATTACH, migrations.RunSQL.noop)]
