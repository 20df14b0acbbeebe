from pathlib import Path

from django.db import migrations

CREATE = Path(__file__).with_name("search_functions.sql").read_text("utf-8")
DROP = "DROP FUNCTION shangwu_bigrams(text); DROP FUNCTION shangwu_search_text(text)"


class Migration(migrations.Migration):
    """The functions behind searchable columns; every later table may use them."""

    initial = True
    dependencies = []
    operations = [migrations.RunSQL([(CREATE, None)], [(DROP, None)])]
