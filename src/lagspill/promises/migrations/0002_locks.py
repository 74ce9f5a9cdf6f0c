"""Row-level security of promises: a citizen reaches them through their own file."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import secure


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial"), ("people", "0002_locks")]

    operations = [
        secure("promises_promise", Lock.FILE),
        secure("promises_event", Lock.FILE),
        secure("promises_report", Lock.FILE),
    ]
