"""Row-level security of work: no citizen, ever."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import secure


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial"), ("tenancy", "0002_locks")]

    operations = [secure("followup_work_item", Lock.STAFF)]
