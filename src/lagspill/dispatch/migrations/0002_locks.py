"""The outbox is no citizen's: staff and system actors only."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import secure


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial"), ("tenancy", "0002_locks")]

    operations = [secure("dispatch_outbox_message", Lock.STAFF)]
