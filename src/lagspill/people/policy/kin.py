"""Which employees meet own family in a file: asked of others than the actor, wherever somebody is given something."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from lagspill.access import queries as access
from lagspill.people.models import File, Relation


def kin_among(file: File, staff_ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of the staff whose own family the file is about; says of others what `kin_files` says of the actor.

    They are never given it, nor anything about it (privacy model, "Staff who are kin"). At most three queries.
    """
    persons = access.list_private_persons(staff_ids) if staff_ids else {}
    if not persons:
        return frozenset()
    of_file = set(
        Relation.objects.filter(file_id=file.id).values_list("care_recipient_id", flat=True)
    ) | {file.caregiver_id}
    theirs = Relation.objects.filter(
        file__caregiver_id__in=list(persons.values()), care_recipient_id__in=of_file
    )
    close = of_file | set(theirs.values_list("file__caregiver_id", flat=True))
    return frozenset(staff_id for staff_id, person_id in persons.items() if person_id in close)
