"""Access as properties, for every noun there is: a life built by operations, changed at random, met by actors made at random.

Both faces of each noun come from the policy rooms themselves (`oracle.pairs`), so a new noun is here when it is there.
Its rows come from the life; a noun without a row fails, or stands in `NO_ROW` with a reason.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.access.models import StaffMember
from lagspill.access.rules import Role
from lagspill.kernel.actor import Actor, Grant, Kind, Opening, system_actor
from lagspill.people import policy as people
from lagspill.people.models import (
    File,
    FileParty,
    FileStaff,
    Item,
    ItemFamily,
    ItemRelation,
    Person,
    Relation,
    Service,
)
from lagspill.people.policy import kin_files
from lagspill.people.rules import LADDER, Audience
from lagspill.tenancy.models import Unit
from lagspill.tenancy.scope import use_actor
from tests.journeys.life import Life
from tests.proof import oracle
from tests.proof.crawl import PLACES

HERE, THERE = PLACES
DAY = timedelta(days=1)
#: Worlds in each of so many shares: each asks every noun many times. 240 in all for the full count; those of items, files and
#: cards alone are 5,000 (`people`).
WORLDS, SHARES = (60, 4) if os.environ.get("LAGSPILL_LONG") == "1" else (2, 1)
LOOKED_AT = 4  # rows of each noun that the single face is asked of, for each actor
#: Nouns of which the life holds no row, each with the reason why; a stale one fails.
NO_ROW: dict[str, str] = {}
#: Every noun, by its list: what is tested here shows in review. A new one is tested before it stands here, too.
NOUNS = frozenset(
    (
        "access.visible_openings",
        "agreements.visible_card_lines",
        "agreements.visible_lines",
        "agreements.visible_versions",
        "assessments.visible_answers",
        "assessments.visible_askable",
        "assessments.visible_requests",
        "children.visible_tracks",
        "conversations.visible_invitations",
        "conversations.visible_preparations",
        "conversations.visible_statements",
        "conversations.visible_talks",
        "followup.visible_work",
        "people.visible_cards",
        "people.visible_consents",
        "people.visible_files",
        "people.visible_items",
        "people.visible_log_questions",
        "people.visible_parties",
        "people.visible_relatives",
        "people.visible_suspected",
        "promises.visible_promises",
        "promises.visible_reports",
    )
)
ANY = st.integers(min_value=0, max_value=999)
PERIODS = ("ended", "holds", "holds", "ends tomorrow", "begins tomorrow")
CHANGES = (
    *("audience", "audience", "audience", "relation ends", "relation known", "relation hidden"),
    *(
        "service ends",
        "service begins",
        "staff ends",
        "staff begins",
        "family",
        "age",
        "file closes",
    ),
)
staff_plans = st.fixed_dictionaries(
    {
        "who": ANY,
        "grants": st.lists(
            st.tuples(st.sampled_from(Role), ANY, st.sampled_from(PERIODS)), max_size=4
        ),
        "kin": st.lists(ANY, max_size=2),
        "openings": st.lists(st.tuples(ANY, st.sampled_from(PERIODS[:2])), max_size=1),
    }
)
change_plans = st.lists(st.tuples(st.sampled_from(CHANGES), ANY, ANY), max_size=6)
Shown = dict[str, frozenset[Any]]


@dataclass
class Rows:
    """Everything of one municipality that a world may be changed with."""

    units: list[Unit]
    staff: list[StaffMember]
    persons: list[Person]
    files: list[File]
    items: list[Item]


def _rows(place: str) -> Rows:
    with use_actor(system_actor("proof.worlds", place)):
        kinds = (Unit, StaffMember, Person, File, Item)
        held: list[Any] = [list(kind._default_manager.order_by("pk")) for kind in kinds]
        return Rows(*held)


def _nouns() -> dict[str, type[models.Model]]:
    shows = {way: model for model, ways in oracle.sight().items() for way in ways}
    return {name: shows[lists] for name, (lists, _) in oracle.pairs().items()}


@cache
def _foreign() -> dict[str, tuple[frozenset[Any], list[models.Model]]]:
    """Ids of each noun in the other municipality, and one row of it; nothing there is changed."""
    with use_actor(system_actor("proof.worlds", THERE)):
        ids = {name: _ids(model) for name, model in _nouns().items()}
        return {name: (ids[name], oracle.load(_nouns()[name], list(ids[name])[:1])) for name in ids}


def _ids(model: type[models.Model]) -> frozenset[Any]:
    return frozenset(model._default_manager.values_list("pk", flat=True))


def _pick(rows: list[Any], at: int) -> Any:
    return rows[at % len(rows)]


def _period(name: str, now: datetime) -> tuple[datetime, datetime | None]:
    return {
        "ended": (now - 9 * DAY, now - DAY),
        "holds": (now - 9 * DAY, None),
        "ends tomorrow": (now - 9 * DAY, now + DAY),
        "begins tomorrow": (now + DAY, None),
    }[name]


def _employee(plan: dict[str, Any], rows: Rows, now: datetime) -> Actor:
    grants = []
    for role, at, period in plan["grants"]:
        unit = _pick(rows.units, at)
        covered = frozenset(one.id for one in rows.units if unit.id in one.path)
        grants.append(Grant(role.value, unit.id, covered, *_period(period, now)))
    openings = tuple(
        Opening(
            _pick(rows.persons, at).id, now - DAY / 24, _period(period, now)[1] or now + DAY / 24
        )
        for at, period in plan["openings"]
    )
    kin = frozenset(_pick(rows.persons, at).id for at in plan["kin"])
    who = _pick(rows.staff, plan["who"]).id
    return Actor(Kind.STAFF, who, HERE, grants=tuple(grants), kin_ids=kin, openings=openings)


# --- changes of the world ---------------------------------------------------------------------------------------------


def _change(what: str, one: int, other: int, rows: Rows, now: datetime) -> None:
    """Change one thing past the operations; what the tables themselves refuse stays as it was."""
    try:
        with transaction.atomic():
            _CHANGES[what](one, other, rows, now)
    except IntegrityError:
        return


def _audience(one: int, other: int, rows: Rows, now: datetime) -> None:
    rung = _pick([Audience.DRAFT, *LADDER], other)
    Item.objects.filter(pk=_pick(rows.items, one).pk).update(audience=rung.value)


def _relation(**values: Callable[[datetime], Any]) -> Callable[[int, int, Rows, datetime], None]:
    def change(one: int, other: int, rows: Rows, now: datetime) -> None:
        row = _pick(list(Relation.objects.order_by("pk")), one)
        Relation.objects.filter(pk=row.pk).update(
            **{name: value(now) for name, value in values.items()}
        )

    return change


def _end(model: type[models.Model]) -> Callable[[int, int, Rows, datetime], None]:
    def change(one: int, other: int, rows: Rows, now: datetime) -> None:
        row = _pick(list(model._default_manager.order_by("pk")), one)
        model._default_manager.filter(pk=row.pk).update(ends_at=now - DAY / 24)

    return change


def _serve(one: int, other: int, rows: Rows, now: datetime) -> None:
    Service.objects.create(
        person=_pick(rows.persons, one), unit=_pick(rows.units, other), starts_at=now - DAY
    )


def _staff(one: int, other: int, rows: Rows, now: datetime) -> None:
    role = _pick(["coordinator", "lead", "substitute", "contact_person"], one)
    FileStaff.objects.create(
        file=_pick(rows.files, one),
        staff=_pick(rows.staff, other),
        role=role,
        starts_at=now - DAY,
    )


def _family(one: int, other: int, rows: Rows, now: datetime) -> None:
    item = _pick(rows.items, one)
    reader = _pick([file.caregiver for file in rows.files], other)
    ItemFamily.objects.create(file=item.file, item=item, person=reader)
    FileParty.objects.create(file=item.file, person=reader, basis="family", starts_at=now - DAY)


def _age(one: int, other: int, rows: Rows, now: datetime) -> None:
    born = now.date() - timedelta(days=round(365.25 * _pick([12, 16.5, 17.9, 18.1, 50], other)))
    Person.objects.filter(pk=_pick(rows.persons, one).pk).update(birth_on=born)


def _close(one: int, other: int, rows: Rows, now: datetime) -> None:
    File.objects.filter(pk=_pick(rows.files, one).pk).update(closed_at=now - DAY)


_CHANGES: dict[str, Callable[[int, int, Rows, datetime], None]] = {
    "audience": _audience,
    "relation ends": _relation(ends_at=lambda now: now - DAY / 24),
    "relation known": _relation(known_to_recipient_at=lambda now: now - DAY / 24),
    "relation hidden": _relation(known_to_recipient_at=lambda now: None),
    "service ends": _end(Service),
    "service begins": _serve,
    "staff ends": _end(FileStaff),
    "staff begins": _staff,
    "family": _family,
    "age": _age,
    "file closes": _close,
}


# --- what is shown ----------------------------------------------------------------------------------------------------


def _shown(actor: Actor, now: datetime) -> Shown:
    """Ids of every noun that its list shows the actor, in the actor's own scope."""
    with use_actor(actor):
        return {
            name: frozenset(lists(actor, now).values_list("pk", flat=True))
            for name, (lists, _) in oracle.pairs().items()
        }


def _all(shown: Shown) -> set[tuple[str, Any]]:
    return {(name, pk) for name, ids in shown.items() for pk in ids}


Noun = dict[str, dict[Any, models.Model]]


def _some(shown: list[Shown], at: int) -> Noun:
    """Of each noun a few rows as they are now: some that somebody is shown, and some by chance."""
    found = {}
    with use_actor(system_actor("proof.worlds", HERE)):
        for name, model in _nouns().items():
            every = sorted(_ids(model))
            seen = sorted(frozenset().union(*(one[name] for one in shown)))
            chosen = {*seen[at % 3 :][:2], *every[at % (len(every) or 1) :][:LOOKED_AT]}
            found[name] = {row.pk: row for row in oracle.load(model, chosen)}
    return found


def _faces_agree(actor: Actor, shown: Shown, some: Noun, now: datetime) -> None:
    with use_actor(actor):
        for name, (_, single) in oracle.pairs().items():
            for pk, row in some[name].items():
                may = bool(single(actor, row, now))
                if actor.is_citizen and not _reached(row):
                    continue  # the second lock hides it whatever the policy says
                assert may == (pk in shown[name]), (name, actor.kind, may)


def _reached(row: models.Model) -> bool:
    """Does the database let the scope in force see this row?"""
    return bool(type(row)._default_manager.filter(pk=row.pk).exists())


def _municipalities_never_meet(actor: Actor, shown: Shown, now: datetime) -> None:
    with use_actor(actor):
        for name, (_, single) in oracle.pairs().items():
            ids, rows = _foreign()[name]
            assert not shown[name] & ids, name
            assert not any(single(actor, row, now) for row in rows), name


def _fewer_grants_never_widen(actor: Actor, shown: Shown, now: datetime) -> None:
    for grant in actor.grants:
        fewer = replace(actor, grants=tuple(g for g in actor.grants if g is not grant))
        assert _all(_shown(fewer, now)) <= _all(shown)
    bare = replace(actor, openings=())
    dead = replace(bare, grants=tuple(g for g in actor.grants if not g.is_active(now)))
    assert _all(_shown(dead, now)) == set()  # an ended grant gives nothing


def _own_kin_is_never_met(actor: Actor, shown: Shown) -> None:
    if not actor.kin_ids:
        return
    with use_actor(actor):
        files = set(kin_files(actor).values_list("id", flat=True))
    with use_actor(system_actor("proof.worlds", HERE)):
        for name, ids in shown.items():
            model = _nouns()[name]
            names = {field.attname for field in model._meta.concrete_fields}
            near = sorted(names & {"file_id", "person_id", "care_recipient_id"})
            near += ["pk"] if model in (File, Person) else []
            rows = model._default_manager.filter(pk__in=ids).values_list(*near)
            held = {value for row in rows for value in row} if near and ids else set()
            assert not held & files, name
            assert not held & actor.kin_ids, name


def _openings_add_little(actor: Actor, shown: Shown, now: datetime) -> None:
    """A card opened in an emergency: that person, and items in `service` and `shared` that concern that person."""
    if not actor.openings:
        return
    without = _shown(replace(actor, openings=()), now)
    added = {name: ids - without[name] for name, ids in shown.items()}
    opened = actor.opened_ids(now)
    with use_actor(actor):
        near = set(
            ItemRelation.objects.filter(
                relation__care_recipient_id__in=opened, relation__ends_at__isnull=True
            ).values_list("item_id", flat=True)
        )
        wide = set(
            Item.objects.filter(audience__in=("service", "shared")).values_list("id", flat=True)
        )
        for name, ids in added.items():
            model = _nouns()[name]
            if model is Person:
                assert ids <= (opened if name == "people.visible_cards" else set()), name
            elif ids and not hasattr(model, "item") and model is not Item:
                raise AssertionError(f"{name} is opened in an emergency")
            elif ids:
                of_item = "pk" if model is Item else "item_id"
                found = set(
                    model._default_manager.filter(pk__in=ids).values_list(of_item, flat=True)
                )
                assert found <= near & wide, name


def _narrower_never_shows_more(actors: list[Actor], at: int, rows: Rows, now: datetime) -> None:
    """The same item on each rung: whatever a rung shows, the next wider one shows too."""
    item = _pick(rows.items, at)
    for actor in actors:
        before: set[tuple[str, Any]] = set()
        for rung in LADDER:
            try:
                with transaction.atomic(), use_actor(system_actor("proof.worlds", HERE)):
                    Item.objects.filter(pk=item.pk).update(audience=rung.value)
            except IntegrityError:
                continue  # an item that may not stand there
            shown = _all(_shown(actor, now))
            assert before <= shown, (actor.kind, rung, sorted(before - shown))
            before = shown


def _minors_stand_in_no_family(citizens: list[Actor], now: datetime) -> None:
    """Nobody under 18 reads as family, and what one under 18 has said no other caregiver reads."""
    for actor in citizens:
        with use_actor(system_actor("proof.worlds", HERE)):
            me = Person.objects.get(pk=actor.person_id)
            is_minor = people.is_minor(now, "")
            young = set(Person.objects.filter(is_minor).values_list("pk", flat=True))
            mine = set(File.objects.filter(caregiver=me).values_list("pk", flat=True))
        with use_actor(actor):
            rows = people.visible_items(actor, now).values_list("pk", "file_id", "file__caregiver")
            read = list(rows)
            served = people.read_for(actor, now).values_list("care_recipient_id", flat=True)
            about = {me.pk, *served}
        with use_actor(system_actor("proof.worlds", HERE)):
            as_recipient = set(
                ItemRelation.objects.filter(relation__care_recipient_id__in=about).values_list(
                    "item_id", flat=True
                )
            )
        for item_id, file_id, caregiver_id in read:
            as_family = file_id not in mine and item_id not in as_recipient
            assert not (as_family and (me.pk in young or caregiver_id in young))


def _no_relation_no_access(now: datetime) -> None:
    """Somebody who is known and close to nobody sees the own card and parties, and nothing else."""
    with use_actor(system_actor("proof.worlds", HERE)):
        alone = Person.objects.create(name="Aud Alene", name_key="aud alene")
    shown = _all(_shown(Actor(Kind.CITIZEN, uuid.uuid4(), HERE, alone.pk), now))
    assert {pk for _, pk in shown} <= {alone.pk}


def _actors(
    plans: list[dict[str, Any]], persons: list[int], rows: Rows, now: datetime
) -> Iterator[Actor]:
    yield from (_employee(plan, rows, now) for plan in plans)
    for at in persons:
        yield Actor(Kind.CITIZEN, uuid.uuid4(), HERE, _pick(rows.persons, at).pk)


def test_every_noun_has_rows(life: Life) -> None:
    """A property of no rows holds always."""
    with use_actor(system_actor("proof.worlds", HERE)):
        empty = sorted(name for name, model in _nouns().items() if not _ids(model))
    assert empty == sorted(NO_ROW), ", ".join(empty)
    assert not NOUNS - set(_nouns()), "a noun that is no more"


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("share", range(SHARES))
@settings(
    max_examples=WORLDS,
    deadline=None,
    derandomize=SHARES == 1,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    changes=change_plans,
    staff=st.lists(staff_plans, min_size=1, max_size=2),
    persons=st.lists(ANY, min_size=1, max_size=2),
    at=ANY,
)
def test_every_noun_holds_in_generated_worlds(
    life: Life,
    share: int,
    changes: list[tuple[str, int, int]],
    staff: list[dict[str, Any]],
    persons: list[int],
    at: int,
) -> None:
    now = life.now
    with transaction.atomic():
        here = _rows(HERE)
        with use_actor(system_actor("proof.worlds", HERE)):
            for what, one, other in changes:
                _change(what, one, other, here, now)
        actors = list(_actors(staff, persons, here, now))
        shown = [_shown(actor, now) for actor in actors]
        some = _some(shown, at)
        for actor, sees in zip(actors, shown, strict=True):
            _faces_agree(actor, sees, some, now)
            _municipalities_never_meet(actor, sees, now)
            if actor.is_staff:
                _fewer_grants_never_widen(actor, sees, now)
                _own_kin_is_never_met(actor, sees)
                _openings_add_little(actor, sees, now)
        _minors_stand_in_no_family([actor for actor in actors if actor.is_citizen], now)
        _no_relation_no_access(now)
        _narrower_never_shows_more(actors, at, here, now)
        transaction.set_rollback(True)
