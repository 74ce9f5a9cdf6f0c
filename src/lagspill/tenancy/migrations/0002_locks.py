"""Row-level security of units, and the function that append-only tables refuse changes with."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import secure

REFUSE = """
CREATE FUNCTION tenancy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added, never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION tenancy_refuse_change()"),
        secure("tenancy_unit", Lock.OPEN, write="staff"),
    ]
