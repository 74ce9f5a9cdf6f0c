"""Reports and answers become items with readers of their own; a promise gets a version. Adds empty columns only."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_locks"),
        ("people", "0003_person_import_key"),
        ("promises", "0002_locks"),
    ]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="promisereport",
            name="answer_item",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.item",
            ),
        ),
        migrations.AddField(
            model_name="promisereport",
            name="answered_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="promisereport",
            name="item",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.item",
            ),
        ),
        migrations.AddField(
            model_name="promisereport",
            name="outcome",
            field=models.CharField(blank=True, max_length=12),
        ),
    ]
