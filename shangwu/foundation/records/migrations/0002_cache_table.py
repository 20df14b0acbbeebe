from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE shangwu_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX shangwu_cache_expires ON shangwu_cache (expires);
"""


class Migration(migrations.Migration):
    """The cache that all processes share: attempts to sign in are counted there. Unlogged: a crash may empty it."""

    dependencies = [("records", "0001_search_functions")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE shangwu_cache")]
