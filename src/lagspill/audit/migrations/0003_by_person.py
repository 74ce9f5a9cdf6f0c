"""Find reads of somebody's card without going through the whole log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_locks")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("person_id__isnull", False)),
                fields=["municipality", "person_id", "-id"],
                name="audit_by_person",
            ),
        ),
    ]
