from django.db import migrations

BY_CODE = """
UPDATE customers_complaint c SET article_id = p.id FROM sales_product p
WHERE c.article_id IS NULL AND c.product <> '' AND upper(btrim(c.product)) = upper(p.code)
"""

BY_NAME = """
UPDATE customers_complaint c SET article_id = p.id
FROM (
    SELECT name, min(id) AS id FROM sales_product WHERE archived_at IS NULL GROUP BY name HAVING count(*) = 1
) p
WHERE c.article_id IS NULL AND c.product <> '' AND btrim(c.product) = p.name
"""


class Migration(migrations.Migration):
    """Complaints whose words are a product's code, or the whole name of one alone, are about that product. The words
    stay; what names no product on file stays in words."""

    dependencies = [("customers", "0067_comparisons"), ("sales", "0009_codes_rests_replacements")]
    operations = [
        migrations.RunSQL(BY_CODE, migrations.RunSQL.noop),
        migrations.RunSQL(BY_NAME, migrations.RunSQL.noop),
    ]
