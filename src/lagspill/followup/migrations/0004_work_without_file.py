"""Work in the child track is about no file: a child under 16 has none. Loosens a column only."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0003_drop_work_by_due"),
        ("people", "0003_person_import_key"),
    ]

    operations = [
        migrations.AlterField(
            model_name="workitem",
            name="file",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.file",
            ),
        ),
    ]
