from pathlib import Path

from django.db import migrations

CREATE = Path(__file__).with_name("own_bigrams.sql").read_text("utf-8")
DROP = "DROP FUNCTION shangwu_own_bigrams(jsonb)"


class Migration(migrations.Migration):
    """The function behind the search in own fields; the indexes over it are made after all migrations."""

    dependencies = [("own_fields", "0001_initial"), ("records", "0001_search_functions")]
    operations = [migrations.RunSQL([(CREATE, None)], [(DROP, None)])]
