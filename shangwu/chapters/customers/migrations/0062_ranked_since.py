from django.db import migrations

RANKED = """
UPDATE customers_customer SET ranked_at = now() WHERE grade IN ('A', 'B') AND archived_at IS NULL
"""


class Migration(migrations.Migration):
    """Whoever is of grade A or B today is so from today on, as far as contact plans are asked for."""

    dependencies = [("customers", "0061_contact_plans")]
    operations = [migrations.RunSQL(RANKED, migrations.RunSQL.noop)]
