"""Row-level security of persons, files and items: a citizen reaches a file only through `people_file_party`."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import OWN_FILES, PERSON, secure

#: Oneself, those one is caregiver for, and the caregivers whose file one is party to.
KNOWN_PERSONS = (
    f"(id = {PERSON}"
    " OR id IN (SELECT relation.care_recipient_id FROM people_relation relation"
    f" JOIN people_file own ON own.id = relation.file_id WHERE own.caregiver_id = {PERSON})"
    f" OR id IN (SELECT file.caregiver_id FROM people_file file WHERE file.id IN ({OWN_FILES})))"
)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("access", "0002_locks")]

    operations = [
        secure("people_file_party", Lock.PERSON, write="staff"),
        secure("people_file", Lock.FILE, citizen=f"id IN ({OWN_FILES})", write="staff"),
        secure("people_person", Lock.PERSON, citizen=KNOWN_PERSONS, write="staff"),
        secure("people_file_staff", Lock.FILE, write="staff"),
        secure("people_item", Lock.FILE),
        secure("people_item_relation", Lock.FILE),
        secure("people_item_family", Lock.FILE),
        secure("people_item_copy", Lock.FILE),
        secure("people_audience_change", Lock.FILE),
        secure("people_relation", Lock.FILE),
        secure("people_designation", Lock.FILE, write="staff"),
        secure("people_service", Lock.PERSON, write="staff"),
        secure("people_binding_code", Lock.STAFF),
        secure("people_pin", Lock.STAFF),
    ]
