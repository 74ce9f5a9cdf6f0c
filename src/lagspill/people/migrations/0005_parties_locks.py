"""Row-level security of the parties: a care recipient reaches own rows, a lawful representative those they act for, and
a caregiver the consents that name them. A representative also reaches the person they act for.
"""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import KIND, MUNICIPALITY, OWN_FILES, PERSON, secure

#: Care recipients for whom the citizen in scope lawfully reads now; of `people.rules.READING_SCOPES`.
REPRESENTED = (
    "SELECT act.care_recipient_id FROM people_representation act"  # noqa: S608  # constants only
    f" WHERE act.person_id = {PERSON} AND act.starts_at <= now()"
    " AND (act.ends_at IS NULL OR act.ends_at > now())"
    " AND act.scopes && ARRAY['personal', 'health']::varchar[]"
)
OWN = f"care_recipient_id = {PERSON} OR care_recipient_id IN ({REPRESENTED})"

#: As in 0002: oneself, those one is caregiver for, and the caregivers whose file one is party to.
KNOWN_BEFORE = (
    f"id = {PERSON}"
    " OR id IN (SELECT relation.care_recipient_id FROM people_relation relation"
    f" JOIN people_file own ON own.id = relation.file_id WHERE own.caregiver_id = {PERSON})"
    f" OR id IN (SELECT file.caregiver_id FROM people_file file WHERE file.id IN ({OWN_FILES}))"
)
#: And those one acts for, and those who act for oneself.
KNOWN_NOW = (
    f"{KNOWN_BEFORE} OR id IN ({REPRESENTED})"  # noqa: S608  # constants only
    " OR id IN (SELECT act.person_id FROM people_representation act"
    f" WHERE act.care_recipient_id = {PERSON})"
)


def _known(condition: str) -> str:
    return (
        f"ALTER POLICY scope_read ON people_person USING (municipality_id = {MUNICIPALITY} AND"
        f" ({KIND} IN ('staff', 'system') OR ({KIND} = 'citizen' AND ({condition}))))"
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0004_parties")]

    operations = [
        secure(
            "people_representation",
            Lock.PERSON,
            citizen=f"(care_recipient_id = {PERSON} OR person_id = {PERSON})",
            write="staff",
        ),
        secure(
            "people_sharing_consent",
            Lock.PERSON,
            citizen=f"({OWN} OR to_person_id = {PERSON})",
            write="staff",
        ),
        secure(
            "people_legal_ground",
            Lock.PERSON,
            citizen=f"({OWN})",
            write="staff",
        ),
        secure("people_capacity_statement", Lock.PERSON, citizen=f"({OWN})", write="staff"),
        secure("people_consent_asked", Lock.STAFF),
        secure(
            "people_told",
            Lock.PERSON,
            citizen=f"({OWN} OR to_person_id = {PERSON})",
            write="staff",
        ),
        migrations.RunSQL([_known(KNOWN_NOW)], [_known(KNOWN_BEFORE)]),
    ]
