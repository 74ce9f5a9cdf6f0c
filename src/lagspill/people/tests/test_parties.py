"""Whom staff may speak with and about what: consents, grounds, capacity, nearest, and who acts for a care recipient."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from lagspill.access import identity
from lagspill.access.rules import Role
from lagspill.audit.models import Entry, StoredFact
from lagspill.kernel.actor import Actor, Kind
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.kernel.national_id import make_synthetic
from lagspill.people import operations, policy, queries
from lagspill.people.models import (
    Designation,
    FileParty,
    Item,
    ItemRelation,
    Person,
    Relation,
    Representation,
    SharingConsent,
    Told,
)
from lagspill.people.operations import NewConsent, NewRepresentation, NewStatement
from lagspill.people.rules import (
    Ability,
    ActsBy,
    LegalBasis,
    Matter,
    NearestBasis,
    Scope,
)
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_caregiver, add_colleague, citizen

GUARDIAN = make_synthetic(date(1966, 5, 4), 7)


def agree(world: World, relation: Relation | None = None) -> None:
    """The caregiver agrees that the care recipient knows."""
    with use_actor(world.system):
        operations.agree_to_relation(
            actor=world.system,
            now=world.now,
            relation_id=(relation or world.relation).id,
            how="phone",
        )


def consent(world: World, **changes: object) -> NewConsent:
    usual = NewConsent(
        care_recipient_id=world.care_recipient_person.id,
        to_person_id=world.caregiver_person.id,
        topics=("everyday",),
        purpose="daily_help",
        last_on=None,
        how="in_person",
    )
    return replace(usual, **changes)


def give(world: World, actor: Actor, **changes: object) -> list[SharingConsent]:
    with use_actor(actor):
        return operations.give_consent(actor=actor, now=world.now, new=consent(world, **changes))


def acts(world: World, **changes: object) -> NewRepresentation:
    usual = NewRepresentation(
        care_recipient_id=world.care_recipient_person.id,
        ground=ActsBy.GUARDIAN,
        scopes=frozenset({Scope.PERSONAL}),
        document_ref="Vedtak 2026/14",
        starts_on=world.now.date(),
        name="Grete Vang",
        digits=GUARDIAN.digits,
    )
    return replace(usual, **changes)


def add_guardian(world: World, **changes: object) -> Actor:
    """Somebody who acts for the care recipient, signed in."""
    with use_actor(world.coordinator):
        row = operations.add_representation(
            actor=world.coordinator, now=world.now, new=acts(world, **changes)
        )
    assert row is not None
    with use_actor(world.system):
        person = Person.objects.get(id=row.person_id)
        held = identity.ensure_identity(identity.key_hash(GUARDIAN.digits))
        return Actor(Kind.CITIZEN, held, person.municipality_id, person.id)


def state(world: World, matter: Matter, ability: Ability, **changes: object) -> None:
    new = NewStatement(
        care_recipient_id=world.care_recipient_person.id,
        matter=matter,
        ability=ability,
        decided_on=world.now.date(),
        decided_by="Lege Hanne Berg",
        why="Forstår ikke hva det gjelder.",
        is_told_recipient=True,
        is_told_nearest=False,
    )
    with use_actor(world.coordinator):
        operations.state_capacity(
            actor=world.coordinator, now=world.now, new=replace(new, **changes)
        )


def shared_item(world: World, relation: Relation) -> Item:
    with use_actor(world.system):
        item = Item.objects.create(
            file_id=relation.file_id,
            kind="statement",
            about="caregiver",
            audience="shared",
            author_capacity="citizen",
            written_at=world.now,
            edited_at=world.now,
        )
        ItemRelation.objects.create(file_id=relation.file_id, item=item, relation=relation)
        return item


def other_caregiver(world: World) -> tuple[Relation, Person]:
    with use_actor(world.system):
        _file, relation, person = add_caregiver(
            name="Berit Haugen",
            care_recipient=world.care_recipient_person,
            unit=world.north,
            now=world.now,
            code="spouse_partner",
            serial=1,
            birth_on=date(1948, 3, 9),
        )
    return relation, person


def rows(actor: Actor, table: str) -> int:
    """What the database itself gives, as the application's role."""
    with use_actor(actor), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # names of tables in this file
        return int(cursor.fetchone()[0])


def logged(world: World, verb: str) -> list[Entry]:
    with use_actor(world.system):
        return list(Entry.objects.filter(verb=verb, municipality_id="1824"))


def facts(world: World, name: str) -> list[dict[str, object]]:
    with use_actor(world.system):
        found = StoredFact.objects.filter(type=name, municipality_id="1824").order_by("id")
        return [row.payload for row in found]


def told_topics(world: World, actor: Actor) -> list[str]:
    with use_actor(actor):
        may = queries.may_tell(actor, world.file.id, world.now)
    return [topic.code for relation in may.relations for topic in relation.topics]


class TestConsent:
    def test_the_care_recipient_gives_it_in_the_portal(self, world: World):
        agree(world)
        (row,) = give(world, world.care_recipient)
        assert (row.how, row.recorded_by, row.representation_id) == ("portal", None, None)
        assert told_topics(world, world.coordinator) == ["everyday"]
        assert len(logged(world, "give_consent")) == 1
        assert facts(world, "ConsentGiven")[0]["relation_ids"] == [str(world.relation.id)]

    def test_staff_record_it_with_how_it_was_said(self, world: World):
        agree(world)
        (row,) = give(world, world.nurse, how="phone")
        assert (row.how, row.recorded_by) == ("phone", world.nurse.id)

    def test_to_all_means_those_the_care_recipient_knows_of(self, world: World):
        with pytest.raises(NotPossible, match="relation_not_known"):
            give(world, world.care_recipient)
        give(world, world.care_recipient, to_person_id=None)
        assert told_topics(world, world.coordinator) == []
        agree(world)
        assert told_topics(world, world.coordinator) == ["everyday"]

    def test_staff_cannot_give_away_a_relation_that_is_hidden(self, world: World):
        with pytest.raises(NotPossible, match="relation_not_known"):
            give(world, world.coordinator)

    def test_the_same_again_replaces(self, world: World):
        agree(world)
        give(world, world.care_recipient)
        give(world, world.care_recipient, last_on=date(2027, 3, 1))
        with use_actor(world.system):
            held = SharingConsent.objects.filter(withdrawn_at__isnull=True)
            assert [row.ends_at is not None for row in held] == [True]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"topics": ()}, "unknown_topic"),
            ({"topics": ("diagnosis",)}, "unknown_topic"),
            ({"purpose": "gossip"}, "unknown_topic"),
            ({"how": "pigeon"}, "unknown_topic"),
            ({"last_on": date(2026, 11, 24)}, "period_is_over"),
        ],
    )
    def test_refuses_what_says_nothing(self, world: World, changes: dict[str, object], code: str):
        agree(world)
        with pytest.raises(NotPossible, match=code):
            give(world, world.coordinator, **changes)

    @pytest.mark.parametrize("who", ["caregiver", "other_nurse", "leader", "admin"])
    def test_nobody_else_gives_one(self, world: World, who: str):
        agree(world)
        with pytest.raises(NotFound):
            give(world, getattr(world, who))

    def test_holds_through_its_last_day(self, world: World):
        agree(world)
        give(world, world.care_recipient, last_on=world.now.date())
        assert told_topics(world, world.nurse) == ["everyday"]
        with use_actor(world.nurse):
            later = queries.may_tell(world.nurse, world.file.id, world.now + timedelta(days=1))
        assert later.relations[0].topics == ()

    def test_withdrawn_at_once_with_what_was_told(self, world: World):
        agree(world)
        (row,) = give(world, world.care_recipient)
        with use_actor(world.nurse):
            operations.tell(
                actor=world.nurse,
                now=world.now,
                file_id=world.file.id,
                relation_id=world.relation.id,
                topics=["everyday"],
            )
        with use_actor(world.care_recipient):
            gone = operations.withdraw_consent(
                actor=world.care_recipient, now=world.now, consent_id=row.id
            )
        assert [(t.topic, t.to_name, t.by_name) for t in gone.told] == [
            ("everyday", "Anne Haugen", "Tone Sæther")
        ]
        assert told_topics(world, world.nurse) == []
        with pytest.raises(NotPossible, match="may_not_tell"), use_actor(world.nurse):
            operations.tell(
                actor=world.nurse,
                now=world.now,
                file_id=world.file.id,
                relation_id=world.relation.id,
                topics=["everyday"],
            )

    def test_withdrawing_twice_changes_nothing(self, world: World):
        agree(world)
        (row,) = give(world, world.care_recipient)
        for _ in range(2):
            with use_actor(world.nurse):
                operations.withdraw_consent(
                    actor=world.nurse, now=world.now, consent_id=row.id, how="phone"
                )
        assert len(logged(world, "withdraw_consent")) == 1

    def test_the_caregiver_can_neither_see_nor_withdraw(self, world: World):
        agree(world)
        (row,) = give(world, world.care_recipient)
        with pytest.raises(NotFound), use_actor(world.caregiver):
            operations.withdraw_consent(actor=world.caregiver, now=world.now, consent_id=row.id)

    def test_the_same_form_twice_tells_once(self, world: World):
        agree(world)
        give(world, world.care_recipient)
        key = uuid.uuid4()
        for _ in range(2):
            with use_actor(world.nurse):
                operations.tell(
                    actor=world.nurse,
                    now=world.now,
                    file_id=world.file.id,
                    relation_id=world.relation.id,
                    topics=["everyday"],
                    key=key,
                )
        with use_actor(world.system):
            assert Told.objects.count() == 1


class TestAsking:
    def test_a_relation_that_becomes_known_is_asked_about(self, world: World):
        agree(world)
        assert len(facts(world, "ConsentNotAsked")) == 1

    def test_not_when_all_are_covered_or_nobody_can_answer(self, world: World):
        give(world, world.care_recipient, to_person_id=None)
        agree(world)
        relation, _ = other_caregiver(world)
        state(world, Matter.INFORMATION_SHARING, Ability.UNABLE)
        with use_actor(world.system):
            SharingConsent.objects.update(withdrawn_at=world.now)
        agree(world, relation)
        assert facts(world, "ConsentNotAsked") == []

    def test_a_no_says_when_to_ask_again(self, world: World):
        agree(world)
        day = world.now.date() + timedelta(days=90)
        with use_actor(world.nurse):
            operations.note_no(
                actor=world.nurse, now=world.now, relation_id=world.relation.id, again_on=day
            )
            may = queries.may_tell(world.nurse, world.file.id, world.now)
        assert facts(world, "ConsentDeclined")[0]["again_on"] == day.isoformat()
        assert "23. februar 2027" in may.relations[0].todo

    def test_a_no_for_good_is_respected(self, world: World):
        agree(world)
        with use_actor(world.nurse):
            operations.note_no(
                actor=world.nurse, now=world.now, relation_id=world.relation.id, again_on=None
            )
            may = queries.may_tell(world.nurse, world.file.id, world.now)
        assert may.relations[0].todo.startswith("Arne Haugen ønsker ikke")

    def test_nobody_is_asked_about_what_is_hidden(self, world: World):
        with pytest.raises(NotPossible, match="relation_not_known"), use_actor(world.coordinator):
            operations.note_no(
                actor=world.coordinator,
                now=world.now,
                relation_id=world.relation.id,
                again_on=None,
            )
        agree(world)
        with pytest.raises(NotPossible, match="day_is_over"), use_actor(world.coordinator):
            operations.note_no(
                actor=world.coordinator,
                now=world.now,
                relation_id=world.relation.id,
                again_on=world.now.date(),
            )
        with pytest.raises(NotFound), use_actor(world.other_nurse):
            operations.note_no(
                actor=world.other_nurse,
                now=world.now,
                relation_id=world.relation.id,
                again_on=None,
            )


class TestGround:
    def record(self, world: World, actor: Actor, **changes: object) -> None:
        given = {
            "topics": ["sudden"],
            "ground": LegalBasis.CIRCUMSTANCES,
            "why": "Innlagt bevisstløs.",
            "last_on": world.now.date(),
            **changes,
        }
        with use_actor(actor):
            operations.record_ground(
                actor=actor, now=world.now, relation_id=world.relation.id, **given
            )

    def test_lets_staff_tell_until_it_ends(self, world: World):
        agree(world)
        self.record(world, world.coordinator)
        with use_actor(world.coordinator):
            (topic,) = (
                queries.may_tell(world.coordinator, world.file.id, world.now).relations[0].topics
            )
            assert topic.why.startswith("Uten samtykke: forholdene tilsier det")
            operations.end_ground(
                actor=world.coordinator, now=world.now, ground_id=topic.ground_id or uuid.uuid4()
            )
        assert told_topics(world, world.coordinator) == []

    def test_needs_the_overview_and_a_reason(self, world: World):
        agree(world)
        with pytest.raises(NotAllowed, match="wrong_role"):
            self.record(world, world.nurse)
        with pytest.raises(NotPossible, match="why_missing"):
            self.record(world, world.coordinator, why=" ")
        with pytest.raises(NotPossible, match="unknown_topic"):
            self.record(world, world.coordinator, topics=[])
        with pytest.raises(NotPossible, match="period_is_over"):
            self.record(world, world.coordinator, last_on=date(2026, 1, 1))

    def test_a_ground_ends_by_those_who_record_it(self, world: World):
        agree(world)
        self.record(world, world.coordinator)
        with use_actor(world.coordinator):
            held = queries.get_parties(
                world.coordinator, world.care_recipient_person.id, world.now
            ).grounds
        with pytest.raises(NotAllowed), use_actor(world.nurse):
            operations.end_ground(actor=world.nurse, now=world.now, ground_id=held[0].id)
        with pytest.raises(NotFound), use_actor(world.other_nurse):
            operations.end_ground(actor=world.other_nurse, now=world.now, ground_id=held[0].id)


class TestCapacity:
    def test_the_latest_holds_in_each_matter(self, world: World):
        state(world, Matter.HEALTH_CARE, Ability.UNABLE, decided_on=date(2026, 1, 2))
        state(world, Matter.HEALTH_CARE, Ability.PARTLY, decided_on=date(2026, 6, 2))
        state(world, Matter.ECONOMY, Ability.UNABLE)
        with use_actor(world.care_recipient):
            view = queries.get_parties(
                world.care_recipient, world.care_recipient_person.id, world.now
            )
        assert [(row.matter, row.ability) for row in view.capacity] == [
            ("health_care", "partly"),
            ("economy", "unable"),
        ]

    def test_who_cannot_decide_gives_no_consent_but_may_withdraw(self, world: World):
        agree(world)
        (row,) = give(world, world.care_recipient)
        state(world, Matter.INFORMATION_SHARING, Ability.UNABLE)
        with pytest.raises(NotPossible, match="cannot_consent"):
            give(world, world.care_recipient)
        with use_actor(world.care_recipient):
            operations.withdraw_consent(
                actor=world.care_recipient, now=world.now, consent_id=row.id
            )
        assert told_topics(world, world.nurse) == []

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"decided_on": date(2027, 1, 1)}, "day_to_come"),
            ({"why": "  "}, "why_missing"),
            ({"decided_by": ""}, "why_missing"),
        ],
    )
    def test_needs_who_when_and_why(self, world: World, changes: dict[str, object], code: str):
        with pytest.raises(NotPossible, match=code):
            state(world, Matter.ECONOMY, Ability.UNABLE, **changes)

    def test_a_nurse_states_none(self, world: World):
        with pytest.raises(NotAllowed, match="wrong_role"), use_actor(world.nurse):
            operations.state_capacity(
                actor=world.nurse,
                now=world.now,
                new=NewStatement(
                    world.care_recipient_person.id,
                    Matter.ECONOMY,
                    Ability.ABLE,
                    world.now.date(),
                    "Tone",
                    "Ja",
                    is_told_recipient=True,
                    is_told_nearest=True,
                ),
            )


class TestNearest:
    def designate(self, world: World, actor: Actor, basis: NearestBasis) -> Designation:
        with use_actor(actor):
            return operations.designate_nearest(
                actor=actor, now=world.now, relation_id=world.relation.id, basis=basis
            )

    def test_the_care_recipient_names_and_changes_their_mind(self, world: World):
        agree(world)
        row = self.designate(world, world.care_recipient, NearestBasis.NAMED)
        assert (row.basis, row.recorded_by) == ("named", None)
        with use_actor(world.care_recipient):
            view = queries.get_parties(
                world.care_recipient, world.care_recipient_person.id, world.now
            )
            assert [line.close.name for line in view.nearest] == ["Anne Haugen"]
            operations.end_nearest(actor=world.care_recipient, now=world.now, designation_id=row.id)
            view = queries.get_parties(
                world.care_recipient, world.care_recipient_person.id, world.now
            )
        assert view.nearest == ()

    def test_nobody_names_whom_they_do_not_know_of(self, world: World):
        with pytest.raises(NotFound):
            self.designate(world, world.care_recipient, NearestBasis.NAMED)

    def test_the_law_decides_only_for_who_cannot(self, world: World):
        with pytest.raises(NotPossible, match="can_name"):
            self.designate(world, world.coordinator, NearestBasis.STATUTORY_ORDER)
        state(world, Matter.HEALTH_CARE, Ability.UNABLE)
        assert self.designate(world, world.nurse, NearestBasis.STATUTORY_ORDER).basis == (
            "statutory_order"
        )

    def test_the_portal_is_for_naming_alone(self, world: World):
        agree(world)
        state(world, Matter.HEALTH_CARE, Ability.UNABLE)
        with pytest.raises(NotFound):
            self.designate(world, world.care_recipient, NearestBasis.STATUTORY_ORDER)
        with pytest.raises(NotPossible, match="cannot_name"):
            self.designate(world, world.care_recipient, NearestBasis.NAMED)

    def test_the_nearest_is_informed_when_the_person_cannot_decide(self, world: World):
        agree(world)
        state(world, Matter.HEALTH_CARE, Ability.UNABLE)
        state(world, Matter.INFORMATION_SHARING, Ability.UNABLE)
        assert told_topics(world, world.coordinator) == []
        self.designate(world, world.coordinator, NearestBasis.STATUTORY_ORDER)
        assert told_topics(world, world.coordinator) == [
            "everyday",
            "health",
            "medicines",
            "help",
            "sudden",
        ]

    def test_a_guardian_names_nobody(self, world: World):
        agree(world)
        guardian = add_guardian(world)
        with pytest.raises(NotFound):
            self.designate(world, guardian, NearestBasis.NAMED)


class TestRepresentation:
    def test_reads_what_the_care_recipient_reads_and_no_more(self, world: World):
        agree(world)
        shared = shared_item(world, world.relation)
        guardian = add_guardian(world)
        with use_actor(guardian):
            seen = set(policy.visible_items(guardian, world.now).values_list("id", flat=True))
            assert policy.can_read_item(guardian, shared, world.now).reason == "care_recipient"
            card = policy.can_see_card(guardian, world.care_recipient_person, world.now)
            assert card.reason == "representative"
        with use_actor(world.care_recipient):
            own = set(
                policy.visible_items(world.care_recipient, world.now).values_list("id", flat=True)
            )
        assert shared.id in seen
        assert seen == own

    @pytest.mark.parametrize("scope", [Scope.PERSONAL, Scope.HEALTH])
    def test_either_scope_reads(self, world: World, scope: Scope):
        guardian = add_guardian(world, scopes=frozenset({scope}))
        with use_actor(guardian):
            assert policy.represented(guardian, world.now).count() == 1

    def test_money_alone_reads_nothing(self, world: World):
        agree(world)
        shared_item(world, world.relation)
        guardian = add_guardian(world, scopes=frozenset({Scope.ECONOMY}))
        with use_actor(guardian):
            assert policy.visible_items(guardian, world.now).count() == 0
            assert not policy.can_see_card(guardian, world.care_recipient_person, world.now)
        assert rows(guardian, "people_item") == 0

    def test_a_period_to_come_gives_nothing_yet(self, world: World):
        agree(world)
        item = shared_item(world, world.relation)
        guardian = add_guardian(world, starts_on=world.now.date() + timedelta(days=5))
        with use_actor(guardian):
            assert not policy.can_read_item(guardian, item, world.now)
            assert policy.read_for(guardian, world.now).count() == 0
            assert Representation.objects.count() == 1  # known to both sides, and not yet in force

    def test_ends_at_once_in_both_locks(self, world: World):
        agree(world)
        item = shared_item(world, world.relation)
        guardian = add_guardian(world)
        assert rows(guardian, "people_item") > 0
        with use_actor(world.coordinator):
            held = Representation.objects.get()
            operations.end_representation(
                actor=world.coordinator, now=world.now, representation_id=held.id
            )
        with use_actor(guardian):
            assert not policy.can_read_item(guardian, item, world.now)
        assert rows(guardian, "people_item") == 0
        assert rows(guardian, "people_sharing_consent") == 0

    def test_a_caregiver_who_is_guardian_reads_no_other_caregivers_items(self, world: World):
        agree(world)
        item = shared_item(world, world.relation)
        relation, person = other_caregiver(world)
        agree(world, relation)
        own = shared_item(world, relation)
        add_guardian(world, person_id=person.id)
        berit = citizen_of(world, person)
        with use_actor(berit):
            assert not policy.can_read_item(berit, item, world.now)
            assert policy.can_read_item(berit, own, world.now)
            assert policy.can_see_card(berit, world.care_recipient_person, world.now)
            view = queries.get_parties(berit, world.care_recipient_person.id, world.now)
        assert view.reading is not None
        assert (view.reading.ground, view.reading.is_also_caregiver) == ("guardian", True)
        assert [one.name for one in view.close] == ["Berit Haugen"]
        with use_actor(world.system):
            assert not FileParty.objects.filter(basis="representative").exists()

    def test_whoever_becomes_caregiver_stops_reading_the_others(self, world: World):
        agree(world)
        item = shared_item(world, world.relation)
        guardian = add_guardian(world)
        with use_actor(world.system):
            operations.register_for(
                actor=world.system,
                now=world.now,
                caregiver_id=guardian.person_id,
                care_recipient_id=world.care_recipient_person.id,
                code="guardian",
                unit_id=world.north.id,
                reach=queries.get_file(world.system, world.file.id, world.now).reach,
            )
            party = FileParty.objects.get(basis="representative", file=world.file)
        assert party.ends_at == world.now
        with use_actor(guardian):
            assert not policy.can_read_item(guardian, item, world.now)

    def test_consents_only_what_the_person_cannot_decide_and_never_in_the_own_favour(
        self, world: World
    ):
        agree(world)
        relation, person = other_caregiver(world)
        agree(world, relation)
        add_guardian(world, person_id=person.id)
        berit = citizen_of(world, person)
        with pytest.raises(NotPossible, match="own_favour"):
            give(world, berit, to_person_id=person.id)
        with pytest.raises(NotPossible, match="own_favour"):
            give(world, berit, to_person_id=None)
        guardian = add_guardian(world)
        with pytest.raises(NotPossible, match="person_decides"):
            give(world, guardian)
        state(world, Matter.INFORMATION_SHARING, Ability.UNABLE)
        (row,) = give(world, guardian)
        assert row.representation_id is not None
        with use_actor(world.coordinator):
            held = Representation.objects.get(person=person)
        with pytest.raises(NotPossible, match="own_favour"):
            give(world, world.coordinator, to_person_id=person.id, representation_id=held.id)

    def test_staff_record_what_a_representative_says(self, world: World):
        agree(world)
        add_guardian(world)
        state(world, Matter.INFORMATION_SHARING, Ability.UNABLE)
        with use_actor(world.coordinator):
            held = Representation.objects.get()
        (row,) = give(world, world.coordinator, representation_id=held.id)
        assert row.representation_id == held.id
        with pytest.raises(NotFound):
            give(world, world.coordinator, representation_id=uuid.uuid4())

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"scopes": frozenset()}, "scope_missing"),
            ({"document_ref": ""}, "document_missing"),
            ({"ground": ActsBy.PARENT}, "parent_until_sixteen"),
            ({"last_on": date(2026, 1, 1)}, "period_backwards"),
            ({"name": "", "digits": ""}, "name_missing"),
            ({"digits": make_synthetic(date(1945, 11, 2), 0).digits}, "own_representative"),
        ],
    )
    def test_refuses(self, world: World, changes: dict[str, object], code: str):
        with pytest.raises(NotPossible, match=code):
            add_guardian(world, **changes)

    def test_needs_the_overview(self, world: World):
        with pytest.raises(NotAllowed), use_actor(world.nurse):
            operations.add_representation(actor=world.nurse, now=world.now, new=acts(world))
        with pytest.raises(NotFound), use_actor(world.other_nurse):
            operations.add_representation(actor=world.other_nurse, now=world.now, new=acts(world))
        with pytest.raises(NotFound), use_actor(world.coordinator):
            operations.add_representation(
                actor=world.coordinator, now=world.now, new=acts(world, person_id=uuid.uuid4())
            )
        with pytest.raises(NotFound), use_actor(world.coordinator):
            operations.end_representation(
                actor=world.coordinator, now=world.now, representation_id=uuid.uuid4()
            )

    def test_a_parent_acts_until_the_child_is_sixteen(self, world: World):
        with use_actor(world.system):
            child = operations.add_person(
                actor=world.system, now=world.now, name="Ida Moe", birth_on=date(2014, 2, 28)
            )
            operations.start_service(
                actor=world.system, now=world.now, person=child, unit_id=world.north.id
            )
        with use_actor(world.coordinator):
            row = operations.add_representation(
                actor=world.coordinator,
                now=world.now,
                new=acts(world, care_recipient_id=child.id, ground=ActsBy.PARENT, document_ref=""),
            )
        assert row is not None
        assert row.ends_at is not None
        assert row.ends_at.date() == date(2030, 2, 28)

    def test_death_stops_all_of_it_in_one_act(self, world: World):
        agree(world)
        item = shared_item(world, world.relation)
        guardian = add_guardian(world)
        give(world, world.care_recipient)
        with use_actor(world.system):
            operations.end_all_for(
                actor=world.system, now=world.now, person_id=world.care_recipient_person.id
            )
            held = SharingConsent.objects.get()
            assert (held.withdrawn_at, held.withdrawn_how) == (world.now, "death")
            assert Representation.objects.get().ended_how == "death"
        with use_actor(guardian):
            assert not policy.can_read_item(guardian, item, world.now)
        assert rows(guardian, "people_item") == 0
        with pytest.raises(NotAllowed), use_actor(guardian):
            operations.end_all_for(
                actor=guardian, now=world.now, person_id=world.care_recipient_person.id
            )

    def test_a_dead_person_is_represented_by_nobody(self, world: World):
        guardian = add_guardian(world)
        with use_actor(world.system):
            Person.objects.filter(id=world.care_recipient_person.id).update(
                died_on=world.now.date()
            )
        with use_actor(guardian):
            assert policy.represented(guardian, world.now).count() == 0


def citizen_of(world: World, person: Person) -> Actor:
    with use_actor(world.system):
        return citizen(person, 1)


class TestSecondLock:
    """What PostgreSQL itself gives a citizen, whatever the code asks for."""

    TABLES = ("people_sharing_consent", "people_told", "people_capacity_statement")

    def test_own_rows_and_those_one_reads_for(self, world: World):
        agree(world)
        give(world, world.care_recipient)
        state(world, Matter.ECONOMY, Ability.UNABLE)
        guardian = add_guardian(world)
        seen = {
            name: [rows(actor, table) for table in self.TABLES]
            for name, actor in (
                ("care_recipient", world.care_recipient),
                ("guardian", guardian),
                ("caregiver", world.caregiver),
            )
        }
        assert seen == {
            "care_recipient": [1, 0, 1],
            "guardian": [1, 0, 1],
            "caregiver": [1, 0, 0],  # the consent that names her, and nothing else
        }

    def test_representation_is_seen_by_both_sides_alone(self, world: World):
        guardian = add_guardian(world)
        table = "people_representation"
        assert [
            rows(actor, table) for actor in (guardian, world.care_recipient, world.caregiver)
        ] == [1, 1, 0]

    def test_citizens_write_none_of_it(self, world: World):
        agree(world)
        give(world, world.care_recipient)
        for actor in (world.care_recipient, world.caregiver):
            with use_actor(actor), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE people_sharing_consent SET topic = 'health'")
                assert cursor.rowcount == 0

    def test_who_was_asked_is_for_staff(self, world: World):
        agree(world)
        with use_actor(world.nurse):
            operations.note_no(
                actor=world.nurse, now=world.now, relation_id=world.relation.id, again_on=None
            )
        assert rows(world.nurse, "people_consent_asked") == 1
        assert rows(world.care_recipient, "people_consent_asked") == 0


class TestMayTell:
    def test_who_knows_of_no_relation_is_told_what_may_always_be_told(self, world: World):
        for actor in (world.other_nurse, world.leader, world.caregiver):
            with use_actor(actor):
                may = queries.may_tell(actor, world.file.id, world.now)
            assert (len(may.always), may.relations) == (4, ())

    def test_a_hidden_relation_is_asked_of_the_caregiver_first(self, world: World):
        with use_actor(world.nurse):
            (one,) = queries.may_tell(world.nurse, world.file.id, world.now).relations
        assert one.todo.startswith("Arne Haugen vet ikke ennå")
        assert (one.topics, len(one.closed)) == ((), 6)

    def test_says_by_whom_and_until_when(self, world: World):
        agree(world)
        give(world, world.care_recipient, topics=("everyday", "help"), last_on=date(2027, 1, 31))
        with use_actor(world.nurse):
            (one,) = queries.may_tell(world.nurse, world.file.id, world.now).relations
        assert [topic.why for topic in one.topics] == [
            "Arne Haugen har sagt ja, til og med 31. januar 2027."
        ] * 2
        assert one.todo == "Spør Arne Haugen om du kan fortelle mer."
        assert one.has_parties_page

    @pytest.mark.parametrize("many", [1, 3])
    def test_asks_the_database_a_constant_number_of_times(
        self, world: World, many: int, django_assert_max_num_queries
    ):
        agree(world)
        with use_actor(world.system):
            for serial in range(many - 1):
                other = operations.add_person(
                    actor=world.system, now=world.now, name=f"Per {serial}"
                )
                made = operations.register_caregiver(
                    actor=world.system,
                    now=world.now,
                    caregiver=world.caregiver_person,
                    care_recipient=other,
                    code="friend",
                    unit_id=world.north.id,
                    reach=queries.get_file(world.system, world.file.id, world.now).reach,
                )
                operations.agree_to_relation(
                    actor=world.system, now=world.now, relation_id=made.relation_id, how="phone"
                )
        with use_actor(world.coordinator), django_assert_max_num_queries(8):
            may = queries.may_tell(world.coordinator, world.file.id, world.now)
        assert len(may.relations) == many


def test_the_two_faces_of_parties_agree_for_everybody(world: World) -> None:
    agree(world)
    give(world, world.care_recipient)
    guardian = add_guardian(world)
    with use_actor(world.system):
        colleague = add_colleague(
            name="Eli Berg", role=Role.RESPONSIBLE_NURSE, unit=world.south, now=world.now
        )
    everybody = [
        getattr(world, name)
        for name in (
            *("coordinator", "nurse", "other_nurse", "leader", "admin"),
            *("caregiver", "care_recipient"),
        )
    ] + [guardian, colleague]
    reasons = []
    for actor in everybody:
        with use_actor(world.system):
            persons = list(Person.objects.order_by("id"))
            (held,) = SharingConsent.objects.select_related("care_recipient")
        with use_actor(actor):
            listed = set(policy.visible_parties(actor, world.now).values_list("id", flat=True))
            single = {p.id for p in persons if policy.can_see_parties(actor, p, world.now)}
            assert policy.visible_consents(actor, world.now).filter(id=held.id).exists() == bool(
                policy.can_see_consent(actor, held, world.now)
            )
            reasons.append(
                policy.can_see_parties(actor, world.care_recipient_person, world.now).reason
            )
        assert listed & {p.id for p in persons} == single
    assert reasons == [
        *("serving", "serving", "not_serving", "wrong_role", "wrong_role"),
        *("not_yours", "own", "representative", "not_serving"),
    ]
