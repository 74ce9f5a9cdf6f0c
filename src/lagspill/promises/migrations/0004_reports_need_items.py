"""Every report has its item: without one nobody could be said to read it. None was ever written without; should one be
found all the same, the migration says so and changes nothing.
"""

import django.db.models.deletion
from django.db import migrations, models

REQUIRE = """
DO $$ BEGIN
    ALTER TABLE promises_report ALTER COLUMN item_id SET NOT NULL;
EXCEPTION WHEN not_null_violation THEN
    RAISE EXCEPTION 'Some reports have no item, so nobody reads them. Give each its item, or delete it, and migrate again.';
END $$;
"""
BACK = "ALTER TABLE promises_report ALTER COLUMN item_id DROP NOT NULL;"


class Migration(migrations.Migration):
    dependencies = [("promises", "0003_reports_are_items")]

    operations = [
        migrations.RunSQL(
            REQUIRE,
            BACK,
            state_operations=[
                migrations.AlterField(
                    model_name="promisereport",
                    name="item",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
            ],
        ),
    ]
