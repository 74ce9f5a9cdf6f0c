"""The log and the facts: everybody's acts are added, readers read, nobody changes."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import OWN_FILES, PERSON, append_only, secure


class Migration(migrations.Migration):
    # People: the lock names `people_file_party`.
    dependencies = [
        ("audit", "0001_initial"),
        ("tenancy", "0002_locks"),
        ("people", "0001_initial"),
    ]

    operations = [
        secure(
            "audit_entry",
            Lock.FILE,
            citizen=f"(file_id IN ({OWN_FILES}) OR person_id = {PERSON})",
            write="anyone",
        ),
        secure("audit_fact", Lock.STAFF, write="anyone"),
        append_only("audit_entry"),
        append_only("audit_fact"),
    ]
