"""Row-level security of invitations and talks. A citizen answers, prepares and cancels; statements are staff's to write."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import secure


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial"), ("people", "0002_locks")]

    operations = [
        secure("conversations_talk", Lock.FILE),
        secure("conversations_invitation", Lock.FILE),
        secure("conversations_statement", Lock.FILE, write="staff"),
        secure("conversations_preparation", Lock.FILE),
    ]
