import json
from pathlib import Path
from typing import Any

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


def describe_former_seals(apps: Any, editor: Any) -> None:
    """Seals that are older than this table were drawn in the shape that the file tells: the program's until then."""
    if apps.get_model("audit", "Seal").objects.exists():
        told = json.loads(Path(__file__).with_name("first_shape.json").read_text("utf-8"))
        apps.get_model("audit", "Shape").objects.create(id=0, digest="first", **told)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_reasons_are_erased'),
    ]

    operations = [
        migrations.CreateModel(
            name='Shape',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(db_collation='C', max_length=64, unique=True)),
                ('columns', models.JSONField()),
                ('classes', models.JSONField()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shape',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bde00456a33d4182ad7fc49aa85ab801f576526c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7c350', table='audit_shape', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shape',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the action log is never emptied';", hash='e22c5f8079171fa174cf0f7de9e67b5eb5ee7272', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_1b51f', table='audit_shape', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='seal',
            name='shape',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.shape'),
        ),
        migrations.RunPython(describe_former_seals, migrations.RunPython.noop),
    ]
