"""Row-level security: the care recipient is party to the file and still reaches no answer that is not shared with them."""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import OWN_FILES, PERSON, secure

#: The file whose caregiver the citizen in scope is.
OWN_FILE = (
    f"file_id IN ({OWN_FILES})"
    f" AND file_id IN (SELECT own.id FROM people_file own WHERE own.caregiver_id = {PERSON})"
)
SHARED = f"file_id IN ({OWN_FILES}) AND item_id IN (SELECT item.id FROM people_item item WHERE item.audience = 'shared')"


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial"), ("people", "0002_locks")]

    operations = [
        secure("assessments_check_in_request", Lock.FILE, citizen=f"({OWN_FILE})"),
        secure("assessments_answer", Lock.FILE, citizen=f"(({OWN_FILE}) OR ({SHARED}))"),
    ]
