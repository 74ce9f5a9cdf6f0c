"""The rows of family readers, kept as the yeses and the care recipients' consents are; in a staff or system scope."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from lagspill.people import policy
from lagspill.people.models import (
    File,
    FileParty,
    Item,
    ItemFamily,
    ItemRelation,
    LegalGround,
    Relation,
    SharingConsent,
)
from lagspill.people.rules import FAMILY_TOPICS, About


def keep_family(file: File, now: datetime) -> None:
    """Take away readers of this file, and of others' files for its caregiver, whom the yeses no longer make family."""
    rows = list(
        ItemFamily.objects.filter(Q(file_id=file.id) | Q(person_id=file.caregiver_id)).order_by(
            "id"
        )
    )
    if not rows:
        return
    files = {row.file_id for row in rows}
    persons = {row.person_id for row in rows}
    around: dict[uuid.UUID, set[uuid.UUID]] = {}
    by_file: dict[uuid.UUID, set[uuid.UUID]] = {}
    said = policy.family_yeses(now).filter(Q(file_id__in=files) | Q(file__caregiver_id__in=persons))
    for file_id, person_id, recipient in said.values_list(
        "file_id", "file__caregiver_id", "care_recipient_id"
    ):
        by_file.setdefault(file_id, set()).add(recipient)
        around.setdefault(person_id, set()).add(recipient)
    gone = [
        row.id
        for row in rows
        if not by_file.get(row.file_id, set()) & around.get(row.person_id, set())
    ]
    ItemFamily.objects.filter(id__in=gone).delete()
    keep_parties(files, now)


def keep_parties(file_ids: Iterable[uuid.UUID], now: datetime) -> None:
    """Keep the second lock's rows of basis `family` as the named readers are."""
    files = sorted(set(file_ids))
    wanted = set(
        ItemFamily.objects.filter(file_id__in=files).values_list("file_id", "person_id").distinct()
    )
    for row in FileParty.objects.filter(file_id__in=files, basis="family").order_by("id"):
        is_wanted = (row.file_id, row.person_id) in wanted
        wanted.discard((row.file_id, row.person_id))
        if is_wanted and row.ends_at is not None:
            row.starts_at, row.ends_at = now, None
        elif not is_wanted and row.ends_at is None:
            row.ends_at = now
        else:
            continue
        row.save(update_fields=["starts_at", "ends_at"])
    FileParty.objects.bulk_create(
        FileParty(file_id=file_id, person_id=person_id, basis="family", starts_at=now)
        for file_id, person_id in sorted(wanted)
    )


def recipients_of(item: Item) -> list[uuid.UUID]:
    """Whom an item concerns; with no relation of its own, everybody of the file."""
    own = Relation.objects.filter(
        id__in=ItemRelation.objects.filter(item_id=item.id).values("relation_id")
    )
    found = own if own.exists() else Relation.objects.filter(file_id=item.file_id)
    ids = found.filter(ends_at__isnull=True).values_list("care_recipient_id", flat=True)
    return sorted(set(ids))


def allowed_until(item: Item, person_id: uuid.UUID, now: datetime) -> tuple[bool, datetime | None]:
    """May this caregiver be named as reader of the item, and until when? What speaks of the care recipient needs their
    consent, or a legal ground, for every one it concerns.
    """
    if item.about == About.CAREGIVER:
        return True, None
    ends: list[datetime | None] = []
    for recipient in recipients_of(item):
        found = _grounds(recipient, person_id, now)
        if not found:
            return False, None
        ends.append(None if None in found else max(end for end in found if end is not None))
    last = [end for end in ends if end is not None]
    return bool(ends), min(last) if last else None


def _grounds(recipient: uuid.UUID, person_id: uuid.UUID, now: datetime) -> list[datetime | None]:
    """When each consent and ground to tell this caregiver how the days go ends."""
    consents = SharingConsent.objects.filter(
        Q(to_person_id=person_id) | Q(to_person_id__isnull=True),
        care_recipient_id=recipient,
        topic__in=sorted(FAMILY_TOPICS),
        withdrawn_at__isnull=True,
        starts_at__lte=now,
    ).exclude(ends_at__lte=now)
    grounds = LegalGround.objects.filter(
        care_recipient_id=recipient,
        to_person_id=person_id,
        topic__in=sorted(FAMILY_TOPICS),
        starts_at__lte=now,
    ).exclude(ends_at__lte=now)
    return [
        *consents.values_list("ends_at", flat=True),
        *grounds.values_list("ends_at", flat=True),
    ]


def keep_allowed(care_recipient_id: uuid.UUID, now: datetime) -> None:
    """A consent or a ground of the care recipient changed: readers whom nothing allows any more are taken away."""
    files = Relation.objects.filter(care_recipient_id=care_recipient_id).values("file_id")
    rows = (
        ItemFamily.objects.filter(file_id__in=files)
        .exclude(item__about=About.CAREGIVER.value)
        .select_related("item")
        .order_by("id")
    )
    touched = set()
    for row in rows:
        may, ends_at = allowed_until(row.item, row.person_id, now)
        touched.add(row.file_id)
        if not may:
            row.delete()
        elif row.ends_at != ends_at:
            row.ends_at = ends_at
            row.save(update_fields=["ends_at"])
    if touched:
        keep_parties(touched, now)
