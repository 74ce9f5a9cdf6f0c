"""Access as properties of generated worlds: both faces agree, tenants never meet, an ended grant gives nothing.

A world is a handful of staff with grants past, present and future, files with items on every rung, relations and
services that hold or have ended. Full count with LAGSPILL_LONG=1.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.access.models import StaffMember
from lagspill.access.rules import Role
from lagspill.kernel.actor import Actor, Grant, Kind, Opening, system_actor
from lagspill.people import policy
from lagspill.people.models import (
    File,
    FileParty,
    FileStaff,
    Item,
    ItemFamily,
    ItemRelation,
    Person,
    Relation,
    RelationAnswer,
    Representation,
    Service,
)
from lagspill.people.operations.representations import keep_representatives
from lagspill.people.rules import LADDER, Audience, Capacity
from lagspill.tenancy.models import Municipality, Unit
from lagspill.tenancy.scope import use_actor

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: Past, present (open-ended and closing), future.
PERIODS = (
    (NOW - 9 * DAY, NOW - DAY),
    (NOW - 9 * DAY, None),
    (NOW - DAY, NOW + DAY),
    (NOW + DAY, None),
)
#: As PERIODS, far from today's clock: the database's second lock goes by its own.
ACTS = (
    (NOW - 9 * DAY, NOW - DAY),
    (NOW - 9 * DAY, None),
    (NOW - 9 * DAY, NOW + 36500 * DAY),
    (NOW + 36500 * DAY, None),
)
#: Worlds in each of so many shares, so that the cores divide the work. 5,000 in all for the full count.
WORLDS, SHARES = (1250, 4) if os.environ.get("LAGSPILL_LONG") == "1" else (8, 1)
ROLES = (Role.COORDINATOR, Role.NURSE, Role.RESPONSIBLE_NURSE, Role.UNIT_LEADER, Role.ADMIN)
FILE_ROLES = ("coordinator", "lead", "contact_person", "reader")
CLOSED = ("", "", "", "moved", "died")
SMALL = st.integers(min_value=0, max_value=7)


@dataclass
class Made:
    """What a world holds, by municipality."""

    actors: list[Actor] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)


plans = st.fixed_dictionaries(
    {
        "grants": st.lists(
            st.tuples(SMALL, st.sampled_from(ROLES), SMALL, st.sampled_from(PERIODS)), max_size=5
        ),
        "files": st.lists(st.tuples(SMALL, SMALL, st.sampled_from(CLOSED)), min_size=1, max_size=3),
        "relations": st.lists(
            st.tuples(SMALL, SMALL, st.booleans(), st.booleans()), min_size=1, max_size=4
        ),
        "file_staff": st.lists(
            st.tuples(SMALL, SMALL, st.sampled_from(FILE_ROLES), st.sampled_from(PERIODS)),
            max_size=4,
        ),
        "services": st.lists(st.tuples(SMALL, SMALL, st.sampled_from(PERIODS)), max_size=3),
        "items": st.lists(
            st.tuples(SMALL, st.sampled_from((Audience.DRAFT, *LADDER)), SMALL, SMALL),
            min_size=1,
            max_size=6,
        ),
        "family": st.lists(st.tuples(SMALL, SMALL), max_size=3),
        "yeses": st.lists(st.tuples(SMALL, st.booleans()), max_size=4),
        "dead": st.lists(SMALL, max_size=1),
        "kin": st.lists(st.tuples(SMALL, SMALL), max_size=2),
        "openings": st.lists(st.tuples(SMALL, SMALL, st.booleans()), max_size=2),
        "acts": st.lists(
            st.tuples(
                SMALL,
                SMALL,
                st.sampled_from(("personal", "health", "economy")),
                st.sampled_from(ACTS),
            ),
            max_size=4,
        ),
    }
)


def _pick(rows: list[Any], at: int) -> Any:
    return rows[at % len(rows)]


def _municipality(number: str, plan: dict[str, Any]) -> Made:
    made = Made()
    Municipality.objects.get_or_create(number=number, defaults={"name": number, "slug": number})
    with use_actor(system_actor("test.worlds", number)):
        root_id, leaf_id = uuid.uuid4(), uuid.uuid4()
        root = Unit.objects.create(id=root_id, code="r", name="r", path=[root_id])
        leaf = Unit.objects.create(
            id=leaf_id, code="l", name="l", parent=root, path=[root_id, leaf_id]
        )
        covers = {root.id: frozenset({root.id, leaf.id}), leaf.id: frozenset({leaf.id})}
        units = [root, leaf]
        staff = [StaffMember.objects.create(name=f"s{n}") for n in range(3)]
        grants: dict[uuid.UUID, list[Grant]] = {member.id: [] for member in staff}
        for who, role, unit, (starts, ends) in plan["grants"]:
            chosen = _pick(units, unit)
            grants[_pick(staff, who).id].append(
                Grant(role.value, chosen.id, covers[chosen.id], starts, ends)
            )
        made.persons = [Person.objects.create(name=f"p{n}", name_key=f"p{n}") for n in range(4)]
        for who in plan["dead"]:
            _pick(made.persons, who).died_on = NOW.date()
            _pick(made.persons, who).save(update_fields=["died_on"])
        for who, unit, closed_why in plan["files"]:
            caregiver = _pick(made.persons, who)
            if File.objects.filter(caregiver=caregiver).exists():
                continue
            made.files.append(
                File.objects.create(
                    caregiver=caregiver,
                    unit=_pick(units, unit),
                    opened_at=NOW - 9 * DAY,
                    closed_at=NOW - DAY if closed_why else None,
                    closed_why=closed_why,
                )
            )
            FileParty.objects.create(
                file=made.files[-1], person=caregiver, basis="caregiver", starts_at=NOW - DAY
            )
        relations = [_relation(made, *row) for row in plan["relations"]]
        for at, who, role, (starts, ends) in plan["file_staff"]:
            FileStaff.objects.get_or_create(
                file=_pick(made.files, at),
                staff=_pick(staff, who),
                role=role,
                ends_at=ends,
                defaults={"starts_at": starts},
            )
        for who, unit, (starts, ends) in plan["services"]:
            Service.objects.get_or_create(
                person=_pick(made.persons, who),
                unit=_pick(units, unit),
                ends_at=ends,
                defaults={"starts_at": starts},
            )
        for at, audience, relation, author in plan["items"]:
            made.items.append(_item(made, staff, relations, at, audience, relation, author))
        for at, is_yes in plan["yeses"]:
            said = _pick(relations, at)
            RelationAnswer.objects.update_or_create(
                file=said.file,
                relation=said,
                care_recipient=said.care_recipient,
                matter="family",
                defaults={"is_yes": is_yes, "how": "portal", "answered_at": NOW - DAY},
            )
        for at, who in plan["family"]:
            item = _pick(made.items, at)
            reader = _pick(made.persons, who)
            ItemFamily.objects.get_or_create(file=item.file, item=item, person=reader)
            FileParty.objects.get_or_create(
                file=item.file, person=reader, basis="family", defaults={"starts_at": NOW - DAY}
            )
        for who, whom, scope, (starts, ends) in plan["acts"]:
            person, recipient = _pick(made.persons, who), _pick(made.persons, whom)
            if person.id != recipient.id:
                Representation.objects.create(
                    person=person,
                    care_recipient=recipient,
                    ground="guardian",
                    scopes=[scope],
                    verified_by=uuid.uuid4(),
                    verified_at=NOW,
                    starts_at=starts,
                    ends_at=ends,
                )
        keep_representatives([file.id for file in made.files], NOW)
        kin: dict[uuid.UUID, set[uuid.UUID]] = {member.id: set() for member in staff}
        for who, person in plan["kin"]:
            kin[_pick(staff, who).id].add(_pick(made.persons, person).id)
        openings: dict[uuid.UUID, list[Opening]] = {member.id: [] for member in staff}
        for who, person, is_over in plan["openings"]:
            starts = NOW - (DAY if is_over else HOUR)
            openings[_pick(staff, who).id].append(
                Opening(_pick(made.persons, person).id, starts, starts + 2 * HOUR)
            )
        made.actors = [
            Actor(
                Kind.STAFF,
                member.id,
                number,
                grants=tuple(grants[member.id]),
                kin_ids=frozenset(kin[member.id]),
                openings=tuple(openings[member.id]),
            )
            for member in staff
        ] + [Actor(Kind.CITIZEN, uuid.uuid4(), number, person.id) for person in made.persons]
    return made


def _relation(made: Made, at: int, who: int, is_known: bool, has_ended: bool) -> Relation:
    file, recipient = _pick(made.files, at), _pick(made.persons, who)
    held = Relation.objects.filter(file=file, care_recipient=recipient).first()
    if held is not None:
        return held
    item = _envelope(file, Audience.TALK)
    if is_known:
        FileParty.objects.get_or_create(
            file=file, person=recipient, basis="care_recipient", defaults={"starts_at": NOW - DAY}
        )
    return Relation.objects.create(
        file=file,
        item=item,
        care_recipient=recipient,
        code="friend",
        state_changed_at=NOW,
        starts_at=NOW - 9 * DAY,
        ends_at=NOW - DAY if has_ended else None,
        known_to_recipient_at=NOW - DAY if is_known else None,
    )


def _envelope(file: File, audience: Audience, **more: Any) -> Item:
    return Item.objects.create(
        file=file,
        kind="statement",
        about="caregiver",
        audience=audience.value,
        author_capacity="staff",
        written_at=NOW,
        edited_at=NOW,
        **more,
    )


def _item(
    made: Made,
    staff: list[StaffMember],
    relations: list[Relation],
    at: int,
    audience: Audience,
    rel: int,
    author: int,
) -> Item:
    file = _pick(made.files, at)
    more = {} if audience is Audience.MINE else {"author_staff": _pick(staff, author)}
    item = _envelope(file, audience, **more)
    own = [relation for relation in relations if relation.file_id == file.id]
    if own:
        ItemRelation.objects.create(file=file, item=item, relation=_pick(own, rel))
    return item


def _listed(actor: Actor) -> set[uuid.UUID]:
    with use_actor(actor):
        return set(policy.visible_items(actor, NOW).values_list("id", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("share", range(SHARES))
@settings(
    max_examples=WORLDS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(here=plans, there=plans)
def test_access_holds_in_generated_worlds(
    share: int, here: dict[str, Any], there: dict[str, Any]
) -> None:
    with transaction.atomic():
        first, second = _municipality("1824", here), _municipality("3330", there)
        foreign = {item.id for item in second.items}
        for actor in first.actors:
            listed = _listed(actor)
            with use_actor(actor):
                single = {item.id for item in first.items if policy.can_read_item(actor, item, NOW)}
                assert not any(policy.can_read_item(actor, item, NOW) for item in second.items)
                assert listed & {item.id for item in first.items} == single  # the two faces agree
                assert not listed & foreign  # tenants never meet
                files = {row.id for row in policy.visible_files(actor, NOW)}
                assert files == {
                    row.id for row in first.files if policy.can_open_file(actor, row, NOW)
                }
                own = set(policy.kin_files(actor).values_list("id", flat=True))
                assert not files & own  # nobody in the staff role reaches own kin
                assert not {item.id for item in first.items if item.file_id in own} & listed
                cards = {row.id for row in policy.visible_cards(actor, NOW)}
                assert cards == {
                    person.id for person in first.persons if policy.can_see_card(actor, person, NOW)
                }
                assert not cards & actor.kin_ids
                parties = {row.id for row in policy.visible_parties(actor, NOW)}
                assert parties == {
                    person.id
                    for person in first.persons
                    if policy.can_see_parties(actor, person, NOW)
                }
            _nobody_reads_the_dead(actor, first, listed)
            _family_is_seen_by_who_is_seen(actor, first)
            _acting_for_somebody_gives_what_they_read(actor, first, listed)
            _losing_grants_never_widens(actor, listed)
            _openings_add_little(actor, listed)
        transaction.set_rollback(True)


def _acting_for_somebody_gives_what_they_read(
    actor: Actor, made: Made, listed: set[uuid.UUID]
) -> None:
    """A representative reads no more than the own and what those they act for read; when it ends, only the own."""
    if not actor.is_citizen:
        return
    with use_actor(actor):
        acted_for = list(policy.read_for(actor, NOW).values_list("care_recipient_id", flat=True))
    people = {other.person_id: other for other in made.actors if other.is_citizen}
    theirs = set().union(*(_listed(people[person_id]) for person_id in acted_for))
    with transaction.atomic():
        with use_actor(system_actor("test.worlds", actor.municipality)):
            ended = Representation.objects.filter(person_id=actor.person_id)
            ended.update(ends_at=NOW - DAY, starts_at=NOW - 9 * DAY)
        alone = _listed(actor)
        assert alone <= listed <= alone | theirs
        transaction.set_rollback(True)


def _family_is_seen_by_who_is_seen(actor: Actor, made: Made) -> None:
    """The two faces agree; who sees somebody in the family is seen by them; taking all yeses away leaves no reader."""
    people = {other.person_id: other for other in made.actors if other.is_citizen}
    with use_actor(system_actor("test.worlds", actor.municipality)):
        listed = policy.visible_relatives(actor, NOW)
        seen = {row.relation_id: row.file.caregiver_id for row in listed.select_related("file")}
        single = {
            row.id
            for row in Relation.objects.select_related("file__caregiver")
            if policy.can_see_relative(actor, row, NOW)
        }
        assert set(seen) == single
        for person_id in seen.values():
            back = policy.visible_relatives(people[person_id], NOW)
            assert back.filter(file__caregiver_id=actor.person_id).exists()
    with transaction.atomic():
        with use_actor(system_actor("test.worlds", actor.municipality)):
            RelationAnswer.objects.all().delete()
        with use_actor(actor):
            assert not any(
                Capacity.FAMILY in policy.capacities(actor, item, NOW) for item in made.items
            )
        transaction.set_rollback(True)


def _nobody_reads_the_dead(actor: Actor, made: Made, listed: set[uuid.UUID]) -> None:
    """Whoever has died reads by no file of theirs that a death closed; what such a file holds is read by the named alone."""
    died = {file.id for file in made.files if file.closed_why == "died"}
    read = {item.file_id for item in made.items if item.id in listed} & died
    with use_actor(actor):
        assert read <= set(policy.visible_files(actor, NOW).values_list("id", flat=True))
        for file_id in read:
            named = FileStaff.objects.filter(
                policy.now_between(NOW), role="reader", staff_id=actor.id
            )
            assert named.filter(file_id=file_id).exists()
    own = [person for person in made.persons if person.id == actor.person_id]
    if (
        own
        and own[0].died_on
        and not any(file.caregiver_id == actor.person_id for file in made.files)
    ):
        assert not listed


def _losing_grants_never_widens(actor: Actor, listed: set[uuid.UUID]) -> None:
    """Take grants away one by one; ended and future ones alone give nothing."""
    if not actor.is_staff:
        return
    for at in range(len(actor.grants)):
        fewer = replace(actor, grants=actor.grants[:at] + actor.grants[at + 1 :])
        assert _listed(fewer) <= listed
    dead = tuple(grant for grant in actor.grants if not grant.is_active(NOW))
    assert _listed(replace(actor, grants=dead)) == set()


def _openings_add_little(actor: Actor, listed: set[uuid.UUID]) -> None:
    """A card opened in an emergency adds what stands on that person's card: `service` and `shared`, never more."""
    added = listed - _listed(replace(actor, openings=()))
    with use_actor(actor):
        on_card = Item.objects.filter(
            id__in=ItemRelation.objects.filter(
                relation__care_recipient_id__in=actor.opened_ids(NOW),
                relation__ends_at__isnull=True,
            ).values("item_id"),
            audience__in=(Audience.SERVICE.value, Audience.SHARED.value),
        )
        assert added <= set(on_card.values_list("id", flat=True))
