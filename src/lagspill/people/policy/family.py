"""Who sees whom in the family: only when both have said yes around the same care recipient, and nobody under 18."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from lagspill.access.rules import Decision, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import Item, ItemFamily, Relation, RelationAnswer
from lagspill.people.policy.ages import is_minor
from lagspill.people.rules.relations import OVER


def family_yeses(now: datetime) -> QuerySet[RelationAnswer]:
    """Yeses to being visible in the family that hold now: the relation lives and is known, the caregiver is an adult.

    Never a permission by itself: `visible_relatives` says whom one caregiver sees.
    """
    return RelationAnswer.objects.filter(
        matter="family",
        is_yes=True,
        relation__ends_at__isnull=True,
        relation__known_to_recipient_at__lte=now,
        file__closed_at__isnull=True,
        file__caregiver__died_on__isnull=True,
    ).exclude(Q(relation__state__in=sorted(OVER)) | is_minor(now, "file__caregiver__"))


def visible_relatives(actor: Actor, now: datetime) -> QuerySet[RelationAnswer]:
    """Yeses of the other caregivers whom the actor sees in the family. In a citizen's own scope only those of files they
    already reach; the whole list is asked in the scope of the system.
    """
    if not (actor.is_citizen and actor.person_id):
        return RelationAnswer.objects.none()
    mine = family_yeses(now).filter(file__caregiver_id=actor.person_id)
    return (
        family_yeses(now)
        .filter(care_recipient_id__in=mine.values("care_recipient_id"))
        .exclude(file__caregiver_id=actor.person_id)
    )


def can_see_relative(actor: Actor, relation: Relation, now: datetime) -> Decision:
    """May the actor see the caregiver of this relation in the family? Says the same as `visible_relatives`."""
    if relation.municipality_id != actor.municipality:
        return no("other_municipality")
    if not (actor.is_citizen and actor.person_id):
        return no("wrong_role")
    around = family_yeses(now).filter(care_recipient_id=relation.care_recipient_id)
    if relation.file.caregiver_id == actor.person_id:
        return no("own_relation")
    if not around.filter(file__caregiver_id=actor.person_id).exists():
        return no("has_not_said_yes")
    said = around.filter(relation_id=relation.id).exists()
    return yes("both_said_yes") if said else no("other_has_not_said_yes")


def family_rows(now: datetime) -> QuerySet[ItemFamily]:
    """Named readers whose ground holds now."""
    return ItemFamily.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def family_of(actor: Actor, now: datetime) -> QuerySet[ItemFamily]:
    """Where the actor is named as a reader in the family, and both still say yes."""
    if actor.person_id is None:
        return ItemFamily.objects.none()
    seen = visible_relatives(actor, now).values("file_id")
    return family_rows(now).filter(
        person_id=actor.person_id, person__died_on__isnull=True, file_id__in=seen
    )


def family_readers(item: Item, now: datetime) -> QuerySet[ItemFamily]:
    """Who reads this item as family; `family_of` turned round."""
    theirs = family_yeses(now).filter(file_id=item.file_id).values("care_recipient_id")
    persons = family_yeses(now).filter(care_recipient_id__in=theirs).values("file__caregiver_id")
    return (
        family_rows(now)
        .filter(item_id=item.id, person_id__in=persons)
        .exclude(person_id=item.file.caregiver_id)
    )
