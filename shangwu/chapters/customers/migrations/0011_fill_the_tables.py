from itertools import groupby

from django.db import migrations

from shangwu.chapters.customers.tables import lines
from shangwu.foundation.records import clock


WITHOUT_HISTORY = """
SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger
WHERE tgrelid IN ('customers_industry'::regclass, 'customers_area'::regclass) AND starts_with(tgname, 'pgtrigger_insert_')
"""


def fill(apps, editor):
    """The entries that come with the house. Later ones come by import, through the door, and have a history."""
    editor.execute(WITHOUT_HISTORY)
    for table, name in (("industries", "Industry"), ("areas", "Area")):
        model = apps.get_model("customers", name)
        keys = {}
        for _level, found in groupby(lines(table), key=lambda line: line.level):
            made = model._base_manager.bulk_create([entry(model, line, keys) for line in found])
            keys |= {one.code: one.pk for one in made}
    editor.execute("SELECT set_config('pgtrigger.ignore', NULL, true)")


def entry(model, line, keys):
    now = clock.now()
    more = {"jurisdiction": line.jurisdiction} if model.__name__ == "Area" else {}
    return model(
        code=line.code, level=line.level, name=line.name, name_hans=line.name_hans, name_en=line.name_en,
        edition=line.edition, valid_from=line.since, valid_until=line.until, created_at=now, changed_at=now,
        parent_id=keys.get(line.parent), **more,
    )  # fmt: skip


class Migration(migrations.Migration):
    """The tables of industries and areas have their entries from the first day."""

    dependencies = [("customers", "0010_the_whole_file")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
