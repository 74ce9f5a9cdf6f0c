"""What each act on persons, files and items changes, logs and tells; and what it refuses."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lagspill.access import operations as access
from lagspill.access.models import Membership
from lagspill.access.queries import get_staff_actor
from lagspill.access.rules import Role
from lagspill.audit.models import Entry, StoredFact
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import operations, policy, queries
from lagspill.people.models import (
    AudienceChange,
    BindingCode,
    File,
    FileParty,
    FileStaff,
    Item,
    ItemCopy,
    Person,
    Pin,
    Relation,
)
from lagspill.people.operations import LooksLike, NewCaregiver
from lagspill.people.rules import About, AgeGroup, Audience, Channel, Reach, RelationState
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_caregiver, add_colleague

PHONE = Reach(Channel.PHONE, phone="90000077")


def new(world: World, **changes: object) -> NewCaregiver:
    usual = NewCaregiver(
        name="Berit Haugen",
        code="spouse_partner",
        reach=PHONE,
        age_group=AgeGroup.ADULT,
        care_recipient_id=world.care_recipient_person.id,
    )
    return replace(usual, **changes)


def register(world: World, actor: Actor, *, key: uuid.UUID | None = None, **changes: object):
    with use_actor(actor):
        return operations.register_by_hand(
            actor=actor, now=world.now, new=new(world, **changes), key=key
        )


def logged(world: World, verb: str) -> int:
    with use_actor(world.system):
        return Entry.objects.filter(verb=verb, act="write", municipality_id="1824").count()


def facts(world: World, name: str) -> list[dict[str, object]]:
    with use_actor(world.system):
        rows = StoredFact.objects.filter(type=name, municipality_id="1824").order_by("id")
        return [row.payload for row in rows]


def write(world: World, actor: Actor, about: About = About.CAREGIVER, *, related: bool = True):
    with use_actor(actor):
        return operations.write_item(
            actor=actor,
            now=world.now,
            file=world.file,
            kind="statement",
            about=about,
            relation_ids=[world.relation.id] if related else [],
        )


def place(world: World, actor: Actor, item: Item, audience: Audience, **options: object) -> Item:
    with use_actor(actor):
        return operations.place_item(
            actor=actor,
            now=world.now,
            item_id=item.id,
            audience=audience,
            sentence="Dette kan leses av deg.",
            **options,
        )


def change(world: World, actor: Actor, item: Item, audience: Audience, how: str = "portal") -> Item:
    with use_actor(actor):
        return operations.change_audience(
            actor=actor,
            now=world.now,
            item_id=item.id,
            audience=audience,
            how=how,
            sentence="Dette kan leses av flere.",
        )


class TestRegisteringByHand:
    def test_makes_person_file_and_relation_and_tells(self, world: World):
        made = register(world, world.nurse, asks_check_in=True)
        assert made is not None
        assert made.is_new_file
        assert made.is_new_relation
        told = facts(world, "CaregiverRegistered")[-1]
        assert told["file_id"] == str(made.file_id)
        assert told["registered_by"] == str(world.nurse.id)
        assert told["asks_check_in"] is True
        assert logged(world, "register_caregiver") == 2  # the world's own, and this one
        with use_actor(world.system):
            file = File.objects.get(id=made.file_id)
            assert (file.unit_id, file.reach_phone) == (world.north.id, "90000077")
            relation = Relation.objects.get(id=made.relation_id)
            assert relation.item.audience == Audience.SERVICE
            assert relation.known_to_recipient_at is None
        with use_actor(world.coordinator):
            assert policy.can_open_file(world.coordinator, file, world.now)
        with use_actor(world.nurse):
            assert not policy.can_open_file(world.nurse, file, world.now)

    def test_likeness_the_actor_may_see_is_a_question_before_anything_is_written(
        self, world: World
    ):
        with pytest.raises(LooksLike) as raised:
            register(world, world.coordinator, name="anne  HAUGEN", code="spouse_partner")
        assert [file_id for file_id, _ in raised.value.found] == [world.file.id]
        with use_actor(world.system):
            assert File.objects.count() == 1

    def test_same_phone_and_last_name_is_a_likeness_too(self, world: World):
        with pytest.raises(LooksLike):
            register(
                world, world.coordinator, name="A. Haugen", reach=Reach(Channel.PHONE, "90000001")
            )

    def test_the_same_one_gets_the_relation_in_the_file_that_is_there(self, world: World):
        with use_actor(world.system):
            other = operations.add_person(actor=world.system, now=world.now, name="Liv Haugen")
            operations.start_service(
                actor=world.system, now=world.now, person=other, unit_id=world.north.id
            )
        made = register(
            world,
            world.coordinator,
            name="Anne Haugen",
            same_as=world.file.id,
            care_recipient_id=other.id,
        )
        assert made is not None
        assert (made.file_id, made.is_new_file, made.is_new_relation) == (
            world.file.id,
            False,
            True,
        )

    def test_somebody_else_gets_a_file_of_their_own(self, world: World):
        made = register(world, world.coordinator, name="Anne Haugen", is_someone_else=True)
        assert made is not None
        assert made.file_id != world.file.id

    def test_likeness_with_what_is_hidden_changes_nothing_and_becomes_quiet_work(
        self, world: World
    ):
        made = register(world, world.nurse, name="Anne Haugen")
        assert made is not None
        assert made.is_new_file
        told = facts(world, "PossibleDuplicate")
        assert [(t["file_id"], t["other_file_id"]) for t in told] == [
            (str(made.file_id), str(world.file.id))
        ]

    def test_the_same_form_twice_is_done_once(self, world: World):
        key = uuid.uuid4()
        assert register(world, world.nurse, key=key) is not None
        assert register(world, world.nurse, key=key) is None
        with use_actor(world.system):
            assert Person.objects.filter(name="Berit Haugen").count() == 1

    def test_care_recipient_who_is_not_known_yet_is_added(self, world: World):
        made = register(
            world, world.nurse, care_recipient_id=None, care_recipient_name="Ellen Nergård"
        )
        assert made is not None
        with use_actor(world.system):
            relation = Relation.objects.get(id=made.relation_id)
            assert relation.care_recipient.name == "Ellen Nergård"
            assert relation.file.unit_id == world.north.id  # the nurse's own

    def test_refusals(self, world: World):
        with pytest.raises(NotAllowed):
            register(world, world.admin)
        with pytest.raises(NotFound):
            register(world, world.other_nurse)  # does not serve the care recipient
        with pytest.raises(NotFound):
            register(world, world.coordinator, same_as=world.hol_file.id)
        with pytest.raises(NotPossible, match="age_group_missing"):
            register(world, world.nurse, code="adult_child", age_group=AgeGroup.UNKNOWN)
        with use_actor(world.system):
            assert File.objects.count() == 1


class TestRegistering:
    def test_repeating_changes_nothing(self, world: World):
        before = logged(world, "register_caregiver"), len(facts(world, "CaregiverRegistered"))
        with use_actor(world.system):
            made = operations.register_for(
                actor=world.system,
                now=world.now + timedelta(days=1),
                caregiver_id=world.caregiver_person.id,
                care_recipient_id=world.care_recipient_person.id,
                code="spouse_partner",
                unit_id=world.root.id,
                reach=PHONE,
            )
            assert (made.is_new_file, made.is_new_relation) == (False, False)
            assert File.objects.get(id=world.file.id).reach_phone == "90000001"
        assert made.relation_id == world.relation.id
        assert (
            logged(world, "register_caregiver"),
            len(facts(world, "CaregiverRegistered")),
        ) == before

    def test_nobody_is_their_own_caregiver_and_both_must_be_known(self, world: World):
        person = world.caregiver_person.id
        with use_actor(world.system):
            for other, error in ((person, NotPossible), (uuid.uuid4(), NotFound)):
                with pytest.raises(error):
                    operations.register_for(
                        actor=world.system,
                        now=world.now,
                        caregiver_id=person,
                        care_recipient_id=other,
                        code="spouse_partner",
                        unit_id=world.root.id,
                        reach=PHONE,
                    )

    def test_a_care_recipient_who_names_the_caregiver_knows_of_the_relation(self, world: World):
        with use_actor(world.system):
            person = operations.add_person(actor=world.system, now=world.now, name="Liv Vik")
            made = operations.register_caregiver(
                actor=world.system,
                now=world.now,
                caregiver=person,
                care_recipient=world.care_recipient_person,
                code="friend",
                unit_id=world.north.id,
                reach=PHONE,
                registered_by="care_recipient",
                is_needed_for_care=False,
            )
            relation = Relation.objects.get(id=made.relation_id)
            assert relation.known_to_recipient_at == world.now
            assert relation.item.audience == Audience.SHARED
            assert FileParty.objects.filter(
                file_id=made.file_id, person=world.care_recipient_person, basis="care_recipient"
            ).exists()

    def test_designation_is_recorded_once(self, world: World):
        with use_actor(world.coordinator):
            rows = [
                operations.designate(
                    actor=world.coordinator,
                    now=world.now,
                    relation=world.relation,
                    kind="nearest",
                    basis="chosen",
                    starts_on=world.now.date(),
                )
                for _ in range(2)
            ]
        assert rows[0].id == rows[1].id
        assert logged(world, "designate") == 1
        with use_actor(world.admin), pytest.raises(NotAllowed):
            operations.designate(
                actor=world.admin,
                now=world.now,
                relation=world.relation,
                kind="nearest",
                basis="chosen",
                starts_on=world.now.date(),
            )


class TestRelation:
    def agree(self, world: World, actor: Actor, how: str) -> None:
        with use_actor(actor):
            operations.agree_to_relation(
                actor=actor, now=world.now, relation_id=world.relation.id, how=how
            )

    def seen_by_recipient(self, world: World) -> bool:
        with use_actor(world.care_recipient):
            return (
                policy.visible_items(world.care_recipient, world.now)
                .filter(id=world.relation.item_id)
                .exists()
            )

    @pytest.mark.parametrize(("who", "how"), [("caregiver", "portal"), ("coordinator", "phone")])
    def test_a_yes_opens_the_relation_to_the_care_recipient(self, world: World, who, how):
        assert not self.seen_by_recipient(world)
        self.agree(world, getattr(world, who), how)
        assert self.seen_by_recipient(world)
        self.agree(world, getattr(world, who), how)  # a second yes changes nothing
        with use_actor(world.system):
            changes = AudienceChange.objects.filter(item_id=world.relation.item_id)
            assert [(c.old, c.new, c.how) for c in changes] == [("service", "shared", how)]
        assert logged(world, "set_audience") == 1

    def test_nobody_else_says_yes(self, world: World):
        for actor in (world.nurse, world.leader, world.care_recipient):
            with pytest.raises(NotFound):
                self.agree(world, actor, "phone")
        assert not self.seen_by_recipient(world)

    def test_moves_are_logged_and_told(self, world: World):
        def move(new: RelationState, actor: Actor = world.coordinator) -> Relation:
            with use_actor(actor):
                return operations.move_relation(
                    actor=actor, now=world.now, relation_id=world.relation.id, new=new
                )

        assert move(RelationState.CONTACTED).state == "contacted"
        move(RelationState.CONTACTED)  # already there
        assert [(t["old"], t["new"]) for t in facts(world, "RelationMoved")] == [
            ("identified", "contacted")
        ]
        assert logged(world, "move_relation") == 1
        with pytest.raises(NotPossible, match="illegal_move"):
            move(RelationState.IDENTIFIED)
        with pytest.raises(NotAllowed):
            move(RelationState.MAPPED, world.nurse)
        with use_actor(world.coordinator), pytest.raises(NotFound):
            operations.move_relation(
                actor=world.coordinator,
                now=world.now,
                relation_id=uuid.uuid4(),
                new=RelationState.MAPPED,
            )


class TestPlacing:
    def test_a_draft_of_staff_starts_in_the_talk_not_yet_agreed(self, world: World):
        item = write(world, world.coordinator)
        assert item.audience == Audience.DRAFT
        with pytest.raises(NotPossible, match="wide_needs_yes"):
            place(world, world.coordinator, item, Audience.SERVICE)
        placed = place(world, world.coordinator, item, Audience.TALK)
        assert (placed.audience, placed.agreed) == ("talk", False)
        assert logged(world, "write_item") == 1
        assert logged(world, "set_audience") == 1
        assert facts(world, "ItemPlaced")[-1]["audience"] == "talk"

    def test_together_with_the_caregiver_the_choice_is_theirs(self, world: World):
        item = write(world, world.coordinator)
        placed = place(world, world.coordinator, item, Audience.SERVICE, caregiver_present=True)
        assert (placed.audience, placed.agreed) == ("service", True)

    def test_own_words_of_a_caregiver_are_mine_until_placed(self, world: World):
        item = write(world, world.caregiver)
        assert item.audience == Audience.MINE
        assert place(world, world.caregiver, item, Audience.SHARED).agreed

    def test_what_speaks_of_both_is_split_before_it_goes_wider(self, world: World):
        item = write(world, world.coordinator, About.BOTH)
        with pytest.raises(NotPossible, match="split_before_widening"):
            place(world, world.coordinator, item, Audience.SHARED, caregiver_present=True)
        with use_actor(world.coordinator):
            operations.set_about(
                actor=world.coordinator, now=world.now, item_id=item.id, about=About.CAREGIVER
            )
        place(world, world.coordinator, item, Audience.SHARED, caregiver_present=True)
        with use_actor(world.coordinator), pytest.raises(NotFound):  # no draft any longer
            operations.set_about(
                actor=world.coordinator, now=world.now, item_id=item.id, about=About.BOTH
            )

    def test_wide_needs_a_relation_and_relations_are_the_files_own(self, world: World):
        item = write(world, world.coordinator, related=False)
        with pytest.raises(NotPossible, match="wide_needs_relation"):
            place(world, world.coordinator, item, Audience.SERVICE, caregiver_present=True)
        with use_actor(world.system):
            _, other, _ = add_caregiver(
                name="Berit Haugen",
                care_recipient=world.care_recipient_person,
                unit=world.north,
                now=world.now,
            )
        with use_actor(world.coordinator), pytest.raises(NotPossible, match="unknown_relation"):
            operations.write_item(
                actor=world.coordinator,
                now=world.now,
                file=world.file,
                kind="statement",
                about=About.CAREGIVER,
                relation_ids=[other.id],
            )

    def test_only_the_author_places_and_only_the_files_staff_write(self, world: World):
        item = write(world, world.coordinator)
        for actor in (world.caregiver, world.nurse):
            with pytest.raises(NotFound):
                place(world, actor, item, Audience.TALK)
        with pytest.raises(NotFound):
            write(world, world.nurse)
        with use_actor(world.coordinator), pytest.raises(NotFound):
            place(world, world.coordinator, replace_id(item), Audience.TALK)


def replace_id(item: Item) -> Item:
    """The same item under an id that nothing has."""
    return Item(id=uuid.uuid4(), file_id=item.file_id)


class TestChangingAudience:
    def test_narrowing_works_at_once(self, world: World):
        item = write(world, world.caregiver)
        place(world, world.caregiver, item, Audience.SHARED)
        with use_actor(world.nurse):
            assert policy.can_read_item(world.nurse, item_now(item), world.now)
        change(world, world.caregiver, item, Audience.MINE)
        for actor in (world.nurse, world.coordinator):
            with use_actor(actor):
                assert not policy.can_read_item(actor, item_now(item), world.now)

    def test_what_staff_wrote_goes_no_lower_than_the_talk(self, world: World):
        item = write(world, world.coordinator)
        place(world, world.coordinator, item, Audience.SERVICE, caregiver_present=True)
        with pytest.raises(NotPossible, match="floor_is_talk"):
            change(world, world.caregiver, item, Audience.MINE)
        assert change(world, world.caregiver, item, Audience.TALK).audience == "talk"

    def test_staff_widen_only_on_a_recorded_yes(self, world: World):
        item = write(world, world.coordinator)
        place(world, world.coordinator, item, Audience.TALK)
        with pytest.raises(NotPossible, match="wide_needs_yes"):
            change(world, world.coordinator, item, Audience.SHARED, "portal")
        for by_word in ("phone", "paper"):
            with pytest.raises(NotPossible, match="copy_first"):
                change(world, world.coordinator, item, Audience.SHARED, by_word)
        widened = change(world, world.coordinator, item, Audience.SHARED, "in_person")
        assert (widened.audience, widened.agreed) == ("shared", True)

    def test_what_speaks_of_both_stays_in_the_talk(self, world: World):
        item = write(world, world.coordinator, About.BOTH)
        place(world, world.coordinator, item, Audience.TALK)
        with pytest.raises(NotPossible, match="split_before_widening"):
            change(world, world.caregiver, item, Audience.SHARED)

    def test_others_find_nothing(self, world: World):
        item = write(world, world.coordinator)
        place(world, world.coordinator, item, Audience.SERVICE, caregiver_present=True)
        for actor in (world.nurse, world.care_recipient):
            with pytest.raises(NotFound):
                change(world, actor, item, Audience.SHARED)


def item_now(item: Item) -> Item:
    return Item.objects.get(id=item.id)


class TestDraftsAndCopies:
    def test_drafts_are_deleted_by_the_system_and_what_was_placed_stays(self, world: World):
        draft, placed = write(world, world.coordinator), write(world, world.coordinator)
        place(world, world.coordinator, placed, Audience.TALK)
        with use_actor(world.coordinator), pytest.raises(NotAllowed):
            operations.delete_drafts(actor=world.coordinator, now=world.now, item_ids=[draft.id])
        with use_actor(world.system):
            later = world.now + timedelta(hours=1)
            assert queries.list_old_drafts(later) == [draft.id]
            operations.touch_item(draft, later)
            assert queries.list_old_drafts(later) == []
            operations.delete_drafts(actor=world.system, now=later, item_ids=[draft.id, placed.id])
            left = Item.objects.filter(kind="statement")
            assert [item.id for item in left] == [placed.id]
        assert logged(world, "delete_drafts") == 1

    def test_a_copy_that_left_is_remembered(self, world: World):
        item = write(world, world.coordinator)
        with use_actor(world.coordinator):
            operations.note_copies(items=[item], channel="pdf", receiver="caregiver", now=world.now)
            copy = ItemCopy.objects.get(item=item)
        assert (copy.channel, copy.receiver, copy.left_at) == ("pdf", "caregiver", world.now)


class TestBinding:
    @pytest.fixture
    def unbound(self, world: World) -> File:
        with use_actor(world.system):
            file, _, _ = add_caregiver(
                name="Berit Haugen",
                care_recipient=world.care_recipient_person,
                unit=world.north,
                now=world.now,
            )
        return file

    def code(self, world: World, file: File) -> str:
        with use_actor(world.coordinator):
            return operations.make_binding_code(actor=world.coordinator, now=world.now, file=file)

    def bind(self, world: World, code: str, *, days: int = 0) -> uuid.UUID:
        with use_actor(world.unknown_citizen):
            return operations.bind_own_file(
                actor=world.unknown_citizen, now=world.now + timedelta(days=days), code=code
            )

    def test_the_code_opens_the_file_however_it_is_typed(self, world: World, unbound: File):
        code = self.code(world, unbound)
        assert self.bind(world, f" {code.lower().replace('-', ' ', 0)} ") == unbound.id
        with use_actor(world.system):
            person = Person.objects.get(id=unbound.caregiver_id)
            assert person.is_bound
        assert len(facts(world, "FileBound")) == 1
        assert (logged(world, "make_binding_code"), logged(world, "bind_file")) == (1, 1)

    def test_a_letter_made_again_holds_the_same_code_and_a_new_term(
        self, world: World, unbound: File
    ):
        first = self.code(world, unbound)
        later = world.now + timedelta(days=50)
        with use_actor(world.coordinator):
            again = operations.make_binding_code(actor=world.coordinator, now=later, file=unbound)
        assert again == first
        with use_actor(world.system):
            row = BindingCode.objects.get(file=unbound)
            assert row.expires_at == later + timedelta(days=60)
            assert first.replace("-", "") not in repr(vars(row))
        other = self.code(world, world.file)
        assert other != first
        assert self.bind(world, first, days=100) == unbound.id

    def test_a_code_that_has_expired_is_not_given_again(self, world: World, unbound: File):
        first = self.code(world, unbound)
        with use_actor(world.coordinator):
            late = world.now + timedelta(days=60)
            new = operations.make_binding_code(actor=world.coordinator, now=late, file=unbound)
        assert new != first
        with pytest.raises(NotPossible, match="code_unknown"):
            self.bind(world, first, days=60)

    def test_wrong_used_and_expired_codes_are_told_the_same(self, world: World, unbound: File):
        code = self.code(world, unbound)
        for typed, days in (
            ("1824-AAAA-AAAA", -5),
            ("3330" + code[4:], -4),
            ("ABCD-EFGH", -3),
            ("", -2),
            ("١٨٢٤-AAAA-AAAA", -1),  # digits of another script
        ):
            with pytest.raises(NotPossible) as raised:
                self.bind(world, typed, days=days)
            assert raised.value.code == "code_unknown", typed
        self.bind(world, code)
        with pytest.raises(NotPossible) as raised:
            self.bind(world, code)
        assert raised.value.code == "code_unknown"

    def test_five_wrong_codes_in_an_hour_are_enough(self, world: World, unbound: File):
        code, minute = self.code(world, unbound), timedelta(minutes=1)
        citizen = world.unknown_citizen

        def told(typed: str, now: datetime, actor: Actor = citizen) -> str:
            with use_actor(actor), pytest.raises(NotPossible) as raised:
                operations.bind_own_file(actor=actor, now=now, code=typed)
            return raised.value.code

        tries = [told("1824-AAAA-AAAA", world.now + n * minute) for n in range(5)]
        assert tries == ["code_unknown"] * 5
        assert told("3330-AAAA-AAAA", world.now + 6 * minute) == "too_many_codes"
        assert told(code, world.now + 7 * minute) == "too_many_codes"  # the right one too
        # Another citizen has tries of their own; after an hour the first may go on.
        assert told("1824-AAAA-AAAA", world.now, world.caregiver) == "code_unknown"
        with use_actor(citizen):
            later = world.now + timedelta(hours=1, minutes=5)
            assert operations.bind_own_file(actor=citizen, now=later, code=code) == unbound.id

    def test_a_bound_file_is_not_bound_again(self, world: World):
        code = self.code(world, world.file)
        with pytest.raises(NotPossible, match="already_bound"):
            self.bind(world, code)

    def test_codes_are_made_by_the_files_staff_and_used_by_citizens(self, world: World):
        for actor in (world.nurse, world.caregiver):
            with use_actor(actor), pytest.raises(NotFound):
                operations.make_binding_code(actor=actor, now=world.now, file=world.file)
        with use_actor(world.nurse), pytest.raises(NotFound):
            operations.bind_own_file(actor=world.nurse, now=world.now, code="1824-AAAA-AAAA")


class TestFileStaff:
    def opens(self, world: World, actor: Actor, file: File | None = None) -> bool:
        with use_actor(actor):
            fresh = get_staff_actor(actor.id, "1824")
            return bool(policy.can_open_file(fresh, file or world.file, world.now))

    def end(self, world: World, actor: Actor, unit_id: uuid.UUID) -> None:
        with use_actor(world.system):
            held = Membership.objects.get(staff_id=actor.id, unit_id=unit_id)
            access.end_membership(actor=world.system, now=world.now, membership=held)

    def test_a_coordinator_who_leaves_loses_the_files_and_a_new_one_gets_them(self, world: World):
        self.end(world, world.coordinator, world.root.id)
        assert not self.opens(world, world.coordinator)
        with use_actor(world.system):
            assert not FileStaff.objects.filter(
                staff_id=world.coordinator.id, ends_at__isnull=True
            ).exists()
            new = add_colleague(
                name="Ola Moe", role=Role.COORDINATOR, unit=world.home_care, now=world.now
            )
        assert self.opens(world, new)
        assert logged(world, "end_coordinator_in_unit") == 1

    def test_a_coordinator_who_leaves_one_unit_keeps_what_another_grant_covers(self, world: World):
        with use_actor(world.system):
            staff = Membership.objects.get(staff_id=world.coordinator.id).staff
            access.grant_membership(
                actor=world.system,
                now=world.now,
                staff=staff,
                role=Role.COORDINATOR,
                unit=world.home_care,
                starts_at=world.now - timedelta(days=1),
            )
        self.end(world, world.coordinator, world.home_care.id)
        assert self.opens(world, world.coordinator)

    def test_an_ended_grant_takes_a_named_place_in_the_file_away(self, world: World):
        with use_actor(world.coordinator):
            operations.add_file_staff(
                actor=world.coordinator,
                now=world.now,
                file=world.file,
                staff_id=world.nurse.id,
                role="lead",
            )
        assert self.opens(world, world.nurse)
        self.end(world, world.nurse, world.north.id)
        assert not self.opens(world, world.nurse)
        assert logged(world, "add_file_staff") == 1

    def test_refusals(self, world: World):
        def add(actor: Actor, role: str) -> None:
            with use_actor(actor):
                operations.add_file_staff(
                    actor=actor,
                    now=world.now,
                    file=world.file,
                    staff_id=world.nurse.id,
                    role=role,
                )

        with pytest.raises(NotPossible, match="unknown_file_staff_role"):
            add(world.coordinator, "boss")
        for actor in (world.nurse, world.caregiver):
            with pytest.raises(NotAllowed):
                add(actor, "lead")
        with use_actor(world.coordinator), pytest.raises(NotAllowed):
            operations.add_coordinator_to_unit(
                actor=world.coordinator,
                now=world.now,
                staff_id=world.nurse.id,
                unit_id=world.root.id,
            )
        with use_actor(world.coordinator), pytest.raises(NotAllowed):
            operations.end_coordinator_in_unit(
                actor=world.coordinator,
                now=world.now,
                staff_id=world.nurse.id,
                unit_id=world.root.id,
            )


class TestReachAndPins:
    def test_reach_is_changed_by_the_files_staff_and_the_caregiver(self, world: World):
        reach = Reach(Channel.EMAIL, email="b@example.no", blocked=frozenset({Channel.LETTER}))
        with use_actor(world.coordinator):
            operations.set_reach(
                actor=world.coordinator, now=world.now, file=world.file, reach=reach
            )
            assert queries.reach_of(File.objects.get(id=world.file.id)) == reach
        assert logged(world, "set_reach") == 1
        with use_actor(world.nurse), pytest.raises(NotFound):
            operations.set_reach(actor=world.nurse, now=world.now, file=world.file, reach=reach)

    def test_pins_are_ones_own_and_only_for_those_one_serves(self, world: World):
        person = world.care_recipient_person.id

        def pin(actor: Actor, is_pinned: bool) -> None:
            with use_actor(actor):
                operations.set_pin(
                    actor=actor, now=world.now, person_id=person, is_pinned=is_pinned
                )

        pin(world.nurse, True)
        pin(world.nurse, True)
        with use_actor(world.nurse):
            assert queries.is_pinned(world.nurse, person)
            assert Pin.objects.count() == 1
        pin(world.nurse, False)
        with use_actor(world.nurse):
            assert not queries.is_pinned(world.nurse, person)
        for actor in (world.other_nurse, world.care_recipient):
            with pytest.raises(NotFound):
                pin(actor, True)
        assert logged(world, "set_pin") == 3
