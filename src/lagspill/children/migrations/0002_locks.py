"""Row-level security of the child track: staff of the municipality only; no citizen reaches it, whoever they represent."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import secure


class Migration(migrations.Migration):
    dependencies = [("children", "0001_initial")]

    operations = [
        secure("children_track", Lock.STAFF),
        secure("children_step", Lock.STAFF),
    ]
