"""What another system calls a person, as a keyed hash: an import knows them again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_locks")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="import_key",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("import_key", ""), _negated=True),
                fields=("municipality", "import_key"),
                name="person_import_once",
            ),
        ),
    ]
