from django.db import migrations


class Migration(migrations.Migration):
    """A notice that was mailed is one that is settled."""

    dependencies = [("notices", "0001_initial")]

    operations = [migrations.RenameField("notice", "mailed_at", "posted_at")]
