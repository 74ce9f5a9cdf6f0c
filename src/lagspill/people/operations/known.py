"""What follows when a relation becomes known to the care recipient, or no longer is: the second lock's rows, and family."""

from __future__ import annotations

from datetime import datetime

from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.errors import NotPossible
from lagspill.people.models import FileParty, Item, ItemRelation, Relation, RelationAnswer
from lagspill.people.operations.consents import announce_if_unasked
from lagspill.people.operations.family_rows import keep_family
from lagspill.people.operations.representations import keep_representatives
from lagspill.people.operations.told import mark_told
from lagspill.people.rules import Audience, ToldFirst
from lagspill.tenancy.scope import use_actor


def keep_known(actor: Actor, item: Item, now: datetime, *, how: str) -> None:
    """Keep what the care recipient knows in step with who reads the relation itself; in the act that set its audience.

    Raises NotPossible("recipient_knows") for what the care recipient has said themselves, ("must_be_recorded") when
    something of the relation must stay open to them.
    """
    relation = (
        Relation.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(item_id=item.id)
        .first()
    )
    if relation is None:
        return
    is_shared = item.audience == Audience.SHARED
    if is_shared == (relation.known_to_recipient_at is not None):
        return
    if not is_shared:
        _check_hiding(relation)
    note_answer(relation, now, matter="known", is_yes=is_shared, how=how)
    mark_told(actor, now, relation, ToldFirst.ANSWERED)
    relation.known_to_recipient_at = now if is_shared else None
    relation.save(update_fields=["known_to_recipient_at"])
    # A citizen may not write parties in the database's own lock: the act is the system's, the yes the citizen's.
    with use_actor(system_actor("people.party", actor.municipality)):
        if is_shared:
            open_party(relation, "care_recipient", now)
            keep_representatives([relation.file_id], now)
            announce_if_unasked(relation, now)
        else:
            FileParty.objects.filter(
                file_id=relation.file_id,
                person_id=relation.care_recipient_id,
                basis="care_recipient",
                ends_at__isnull=True,
            ).update(ends_at=now)
            keep_representatives([relation.file_id], now)
            # Hidden from family too: who was visible there is asked anew.
            RelationAnswer.objects.filter(relation=relation, matter="family").update(is_yes=False)
            keep_family(relation.file, now)


def _check_hiding(relation: Relation) -> None:
    if relation.registered_by == "care_recipient":
        raise NotPossible("recipient_knows")
    of_it = ItemRelation.objects.filter(relation=relation)
    if Item.objects.filter(id__in=of_it.values("item_id"), must_record=True).exists():
        raise NotPossible("must_be_recorded")


def open_party(relation: Relation, basis: str, now: datetime) -> None:
    """Let the care recipient reach the file in the second lock; again, when they did before."""
    row, is_new = FileParty.objects.get_or_create(
        file_id=relation.file_id,
        person_id=relation.care_recipient_id,
        basis=basis,
        defaults={"starts_at": now},
    )
    if not is_new and row.ends_at is not None:
        row.starts_at, row.ends_at = now, None
        row.save(update_fields=["starts_at", "ends_at"])


def note_answer(relation: Relation, now: datetime, *, matter: str, is_yes: bool, how: str) -> None:
    """Remember the caregiver's latest answer. What happened before stands in the log."""
    RelationAnswer.objects.update_or_create(
        relation=relation,
        matter=matter,
        defaults={
            "file_id": relation.file_id,
            "care_recipient_id": relation.care_recipient_id,
            "is_yes": is_yes,
            "how": how,
            "answered_at": now,
        },
    )
