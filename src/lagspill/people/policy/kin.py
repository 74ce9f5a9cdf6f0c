"""Which employees meet own family in a file: asked of others than the actor, wherever somebody is given something."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from lagspill.access import queries as access
from lagspill.people.models import File, Relation


def kin_among(file_id: uuid.UUID, staff_ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of the staff whose own family the file is about; says of others what `kin_files` says of the actor.

    They are never given it, nor anything about it (privacy model, "Staff who are kin"). One query where nobody is linked.
    """
    persons = access.list_private_persons(staff_ids) if staff_ids else {}
    if not persons:
        return frozenset()
    around = Relation.objects.filter(file_id=file_id).values_list("care_recipient_id", flat=True)
    of_file = set(around) | set(
        File.objects.filter(id=file_id).values_list("caregiver_id", flat=True)
    )
    return _close_to(of_file, persons)


def kin_around(person_id: uuid.UUID, staff_ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """The same for a care recipient: the staff who are that person, or care for them."""
    persons = access.list_private_persons(staff_ids) if staff_ids else {}
    return _close_to({person_id}, persons) if persons else frozenset()


def _close_to(those: set[uuid.UUID], persons: dict[uuid.UUID, uuid.UUID]) -> frozenset[uuid.UUID]:
    theirs = Relation.objects.filter(
        file__caregiver_id__in=list(persons.values()), care_recipient_id__in=those
    )
    close = those | set(theirs.values_list("file__caregiver_id", flat=True))
    return frozenset(staff_id for staff_id, person_id in persons.items() if person_id in close)
