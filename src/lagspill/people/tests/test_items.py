"""One item: who reads it in words, answers to words written without the caregiver, a yes that waits, and duties."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lagspill.access.models import Membership
from lagspill.access.rules import Role
from lagspill.dispatch import events as dispatch
from lagspill.followup.models import OPEN, WorkItem
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import operations, policy, queries
from lagspill.people.models import (
    AudienceChange,
    Disclosure,
    File,
    Item,
    ItemAnswer,
    ItemCopy,
    PendingWidening,
)
from lagspill.people.operations import NewDisclosure, NewEntry
from lagspill.people.operations.duties import digest_of
from lagspill.people.rules import (
    About,
    Answer,
    AtHand,
    Audience,
    Ground,
    Onlooker,
    ToldHow,
    choices_of,
    speaks_of_feelings,
    storage_code,
    would_read,
)
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_colleague

SAID = "Han falt på badet i går."


def note(
    world: World,
    about: About = About.CARE_RECIPIENT,
    *,
    present: bool = False,
    by: Actor | None = None,
) -> Item:
    """Words staff placed in the talk, with or without the caregiver; a correction carries the words in these tests."""
    author = by or world.coordinator
    with use_actor(author):
        return operations.write_placed_item(
            actor=author,
            now=world.now,
            file=world.file,
            kind="statement",
            about=about,
            audience=Audience.TALK,
            sentence="Dette kan leses av Anne Haugen og Kari Moe.",
            relation_ids=[world.relation.id],
            caregiver_present=present,
        )


def read(actor: Actor, item: Item, world: World) -> bool:
    with use_actor(actor):
        return policy.visible_items(actor, world.now).filter(id=item.id).exists()


def page(actor: Actor, item_id: uuid.UUID, world: World) -> queries.ItemPage:
    with use_actor(actor):
        return queries.get_item_page(actor, item_id, world.now)


def widen(
    world: World, item: Item, how: str = "phone", to: Audience = Audience.SHARED
) -> PendingWidening:
    with use_actor(world.coordinator):
        return operations.ask_widening(
            actor=world.coordinator,
            now=world.now,
            item_id=item.id,
            audience=to,
            how=how,
            sentence="Dette kan leses av alle.",
        )


def known(world: World) -> None:
    """The caregiver has agreed that the care recipient knows of the relation."""
    with use_actor(world.caregiver):
        operations.agree_to_relation(
            actor=world.caregiver, now=world.now, relation_id=world.relation.id, how="portal"
        )


def without_email(world: World) -> None:
    """The caregiver is reached by letter: a copy by notice would be sent to nobody."""
    with use_actor(world.system):
        File.objects.filter(id=world.file.id).update(reach_email="")


def work(world: World) -> list[str]:
    with use_actor(world.system):
        return sorted(
            WorkItem.objects.filter(OPEN, file_id=world.file.id)
            .exclude(kind__in=("contact_new", "tell_registered"))
            .values_list("kind", flat=True)
        )


class TestWhoReads:
    @pytest.mark.parametrize("audience", [Audience.TALK, Audience.SERVICE, Audience.SHARED])
    def test_the_list_of_readers_agrees_with_the_filter(self, world: World, audience: Audience):
        known(world)
        about = About.CAREGIVER if audience is Audience.SERVICE else About.CARE_RECIPIENT
        item = note(world, about, present=True)
        if audience is not Audience.TALK:
            with use_actor(world.caregiver):
                operations.change_audience(
                    actor=world.caregiver,
                    now=world.now,
                    item_id=item.id,
                    audience=audience,
                    how="portal",
                    sentence="",
                )
        with use_actor(world.system):
            item = Item.objects.select_related("file__caregiver").get(id=item.id)
            found = policy.readers_of(item, world.now)
        named = {
            world.caregiver: found.caregiver is not None,
            world.coordinator: world.coordinator.id in found.staff_ids,
            world.care_recipient: world.care_recipient.person_id
            in {p.id for p in found.recipients},
            world.nurse: bool(found.served),
            world.other_nurse: False,
            world.leader: False,
        }
        for actor, is_named in named.items():
            assert read(actor, item, world) == is_named

    def test_staff_whose_grant_has_ended_are_not_named(self, world: World):
        with use_actor(world.system):
            late = add_colleague(name="Liv", role=Role.NURSE, unit=world.north, now=world.now)
        with use_actor(world.coordinator):
            operations.add_file_staff(
                actor=world.coordinator,
                now=world.now,
                file=world.file,
                staff_id=late.id,
                role="lead",
            )
        item = note(world, present=True)
        assert "Liv" in page(world.coordinator, item.id, world).sentence
        with use_actor(world.system):
            Membership.objects.filter(staff_id=late.id).update(ends_at=world.now)
        assert "Liv" not in page(world.coordinator, item.id, world).sentence

    def test_the_sentence_says_you_and_who_cannot(self, world: World):
        item = note(world, present=True)
        mine = page(world.caregiver, item.id, world).sentence
        assert mine == "Dette kan leses av deg og Kari Moe. Arne Haugen kan ikke lese det."
        theirs = page(world.coordinator, item.id, world).sentence
        assert theirs == "Dette kan leses av deg og Anne Haugen. Arne Haugen kan ikke lese det."

    def test_a_protected_person_stands_by_role(self, world: World):
        item = note(world, present=True)
        with use_actor(world.system):
            person = world.care_recipient_person
            person.protected = "7"
            person.save(update_fields=["protected"])
        assert "Arne" not in page(world.coordinator, item.id, world).sentence

    def test_who_has_read_stands_by_role_and_unit(self, world: World):
        item = note(world, present=True)
        page(world.coordinator, item.id, world)
        seen = page(world.caregiver, item.id, world).party
        assert [(r.role, r.unit) for r in seen.reads] == [("Pårørendekoordinator", "Vefsn kommune")]

    def test_hidden_and_absent_are_told_alike(self, world: World, django_assert_num_queries):
        hidden, absent = note(world, present=True).id, uuid.uuid4()
        for item_id in (hidden, absent):
            with use_actor(world.nurse), django_assert_num_queries(12), pytest.raises(NotFound):
                queries.get_item_page(world.nurse, item_id, world.now)

    def test_only_parties_see_the_past(self, world: World):
        known(world)
        item = note(world, present=True)
        with use_actor(world.caregiver):
            operations.change_audience(
                actor=world.caregiver,
                now=world.now,
                item_id=item.id,
                audience=Audience.SHARED,
                how="portal",
                sentence="alle",
            )
        assert page(world.care_recipient, item.id, world).party is None
        assert page(world.nurse, item.id, world).party is None
        assert len(page(world.caregiver, item.id, world).party.history) == 2


class TestAnswers:
    def answer(
        self, world: World, actor: Actor, item: Item, answer: Answer, **more: str
    ) -> ItemAnswer:
        with use_actor(actor):
            return operations.answer_item(
                actor=actor, now=world.now, item_id=item.id, answer=answer, **more
            )

    def test_words_without_the_caregiver_are_work_until_answered(self, world: World):
        item = note(world)
        assert not item.agreed
        assert work(world) == ["agree_item"]
        self.answer(world, world.caregiver, item, Answer.YES)
        assert work(world) == []
        assert page(world.coordinator, item.id, world).party.answer.answer == "yes"
        assert page(world.coordinator, item.id, world).is_agreed

    def test_narrower_is_an_answer_the_author_reads(self, world: World):
        item = note(world)
        self.answer(world, world.caregiver, item, Answer.NARROWER)
        assert work(world) == ["read_answer"]

    def test_a_correction_stands_beside_and_the_note_stays(self, world: World):
        item = note(world)
        said = self.answer(
            world, world.caregiver, item, Answer.CORRECT, text="Han gled, han falt ikke."
        )
        assert read(world.coordinator, said.correction, world)
        shown = page(world.coordinator, item.id, world)
        assert shown.party.answer.correction == "Han gled, han falt ikke."
        assert not shown.is_agreed
        assert page(world.coordinator, said.correction_id, world).text == "Han gled, han falt ikke."
        assert not read(world.nurse, said.correction, world)

    def test_choosing_readers_is_a_yes(self, world: World):
        item = note(world)
        with use_actor(world.caregiver):
            operations.change_audience(
                actor=world.caregiver,
                now=world.now,
                item_id=item.id,
                audience=Audience.SHARED,
                how="portal",
                sentence="",
            )
        assert work(world) == []

    @pytest.mark.parametrize(
        ("who", "answer", "how", "code"),
        [
            ("coordinator", Answer.CORRECT, "phone", "correction_is_own"),
            ("coordinator", Answer.YES, "portal", "correction_is_own"),
            ("caregiver", Answer.CORRECT, "portal", "words_missing"),
        ],
    )
    def test_what_cannot_be_answered(self, world: World, who, answer, how, code):
        item = note(world)
        with pytest.raises(NotPossible, match=code):
            self.answer(world, getattr(world, who), item, answer, how=how)

    def test_agreed_words_and_others_are_not_answered(self, world: World):
        with pytest.raises(NotPossible, match="nothing_to_answer"):
            self.answer(world, world.caregiver, note(world, present=True), Answer.YES)
        for actor in (world.nurse, world.care_recipient, world.stranger):
            with pytest.raises(NotFound):
                self.answer(world, actor, note(world), Answer.YES)

    def test_they_are_listed_until_answered(self, world: World):
        item = note(world)
        with use_actor(world.caregiver):
            # Words of a statement stand with conversations; what is listed is what has words.
            assert queries.list_unanswered(world.caregiver, world.file.id, world.now) == []
            rows = Item.objects.filter(agreed=False, kind="statement")
            assert list(rows.values_list("id", flat=True)) == [item.id]


class TestWideningByWord:
    def test_nobody_new_reads_before_the_letter_is_posted(self, world: World):
        without_email(world)
        item = note(world, present=True)
        waiting = widen(world, item)
        assert (waiting.way, waiting.state) == ("letter", "waiting")
        assert not read(world.nurse, item, world)
        assert work(world) == ["send_copy"]
        with use_actor(world.coordinator):
            pdf = operations.make_copy_letter(
                actor=world.coordinator, now=world.now, widening_id=waiting.id
            )
            assert pdf.startswith(b"%PDF")
            assert not read(world.nurse, item, world)
            operations.mark_copy_posted(
                actor=world.coordinator, now=world.now, widening_id=waiting.id
            )
        assert read(world.nurse, item, world)
        assert work(world) == []
        with use_actor(world.coordinator):
            change = AudienceChange.objects.filter(item=item).latest("id")
            assert (change.how, change.sentence) == ("phone", "Dette kan leses av alle.")
            assert ItemCopy.objects.get(item=item).channel == "letter"

    def test_one_letter_is_about_all_that_wait(self, world: World):
        without_email(world)
        items = [note(world, present=True) for _ in range(2)]
        last = [widen(world, item) for item in items][-1]
        assert work(world) == ["send_copy"]
        with use_actor(world.coordinator):
            operations.mark_copy_posted(actor=world.coordinator, now=world.now, widening_id=last.id)
        assert all(read(world.nurse, item, world) for item in items)
        assert work(world) == []

    def test_a_notice_takes_effect_when_it_is_sent(self, world: World):
        item = note(world, present=True)
        assert widen(world, item).way == "notice"
        with use_actor(world.system):
            other = dispatch.MessageSent(
                world.file.municipality_id, world.file.id, uuid.uuid4(), "message"
            )
            facts.announce(other, now=world.now)
        assert not read(world.nurse, item, world)
        with use_actor(world.system):
            sent = dispatch.MessageSent(
                world.file.municipality_id, world.file.id, uuid.uuid4(), "widening"
            )
            facts.announce(sent, now=world.now)
        assert read(world.nurse, item, world)

    def test_a_notice_that_fails_goes_by_letter(self, world: World):
        item = note(world, present=True)
        waiting = widen(world, item)
        with use_actor(world.system):
            operations.notice_not_sent(actor=world.system, now=world.now, file_id=world.file.id)
            assert PendingWidening.objects.get(id=waiting.id).way == "letter"
        assert not read(world.nurse, item, world)

    def test_without_a_safe_way_a_colleague_calls(self, world: World):
        with use_actor(world.system):
            File.objects.filter(id=world.file.id).update(reach_email="", reach_address="")
            colleague = add_colleague(
                name="Siv", role=Role.COORDINATOR, unit=world.root, now=world.now
            )
        item = note(world, present=True)
        waiting = widen(world, item)
        assert waiting.way == "second_call"
        assert work(world) == ["second_call"]
        call = {"now": world.now, "widening_id": waiting.id}
        with use_actor(world.coordinator), pytest.raises(NotPossible, match="second_call_by_other"):
            operations.confirm_by_second_call(actor=world.coordinator, **call)
        assert not read(world.nurse, item, world)
        with use_actor(colleague):
            operations.confirm_by_second_call(actor=colleague, **call)
        assert read(world.nurse, item, world)
        with (
            use_actor(world.system),
            pytest.raises(IntegrityError, match="widening_second_call_by_other"),
            transaction.atomic(),
        ):
            PendingWidening.objects.filter(id=waiting.id).update(confirmed_by=world.coordinator.id)

    @pytest.mark.parametrize("posted", [True, False])
    def test_the_caregiver_undoes_it_at_any_time(self, world: World, posted: bool):
        without_email(world)
        item = note(world, present=True)
        waiting = widen(world, item)
        if posted:
            with use_actor(world.coordinator):
                operations.mark_copy_posted(
                    actor=world.coordinator, now=world.now, widening_id=waiting.id
                )
        with use_actor(world.caregiver):
            operations.undo_widening(actor=world.caregiver, now=world.now, item_id=item.id)
        assert not read(world.nurse, item, world)
        assert work(world) == []
        late = {"actor": world.coordinator, "now": world.now, "widening_id": waiting.id}
        with use_actor(world.coordinator), pytest.raises(NotPossible, match="widening_ended"):
            operations.mark_copy_posted(**late)
        with use_actor(world.caregiver), pytest.raises(NotPossible, match="nothing_to_undo"):
            operations.undo_widening(actor=world.caregiver, now=world.now, item_id=item.id)

    def test_another_choice_overtakes_it(self, world: World):
        item = note(world, present=True)
        waiting = widen(world, item)
        with use_actor(world.caregiver):
            operations.change_audience(
                actor=world.caregiver,
                now=world.now,
                item_id=item.id,
                audience=Audience.TALK,
                how="portal",
                sentence="",
            )
            assert PendingWidening.objects.get(id=waiting.id).state == "undone"

    def test_who_may_take_a_yes(self, world: World):
        item = note(world, present=True)
        wanted = {"now": world.now, "item_id": item.id, "sentence": ""}
        with use_actor(world.caregiver), pytest.raises(NotFound):
            operations.ask_widening(
                actor=world.caregiver, audience=Audience.SHARED, how="phone", **wanted
            )
        with use_actor(world.coordinator):
            for audience, how, code in (
                (Audience.SHARED, "portal", "wide_needs_yes"),
                (Audience.TALK, "phone", "not_wider"),
                (Audience.SERVICE, "phone", "service_is_about_the_caregiver"),
            ):
                with pytest.raises(NotPossible, match=code):
                    operations.ask_widening(
                        actor=world.coordinator, audience=audience, how=how, **wanted
                    )


def correction(world: World) -> Item:
    """An item about the care recipient that has words: the caregiver's own correction."""
    made = note(world)
    with use_actor(world.caregiver):
        said = operations.answer_item(
            actor=world.caregiver,
            now=world.now,
            item_id=made.id,
            answer=Answer.CORRECT,
            text=SAID,
        )
        return said.correction


class TestDuties:
    def mark(self, world: World, item: Item, text: str = SAID) -> Item:
        with use_actor(world.coordinator):
            return operations.mark_must_record(
                actor=world.coordinator,
                now=world.now,
                item_id=item.id,
                digest=digest_of(text),
                sentence="",
            )

    def test_what_must_be_recorded_is_open_and_stays_so(self, world: World):
        known(world)
        item = correction(world)
        self.mark(world, item)
        assert read(world.care_recipient, item, world)
        shown = page(world.caregiver, item.id, world)
        assert shown.must_record
        assert shown.party.marked_by == "Kari Moe"
        assert shown.party.narrower == ()
        with use_actor(world.caregiver), pytest.raises(NotPossible, match="must_be_recorded"):
            operations.change_audience(
                actor=world.caregiver,
                now=world.now,
                item_id=item.id,
                audience=Audience.TALK,
                how="portal",
                sentence="",
            )

    def test_only_the_text_that_was_shown_is_marked(self, world: World):
        with pytest.raises(Stale):
            self.mark(world, correction(world), "noe annet")

    def test_only_what_is_about_the_care_recipient(self, world: World):
        with pytest.raises(NotPossible, match="record_is_about_the_recipient"):
            self.mark(world, note(world, About.CAREGIVER, present=True), "")

    def test_a_fact_goes_to_the_card_and_the_note_keeps_its_readers(self, world: World):
        without_email(world)
        source = note(world)
        with use_actor(world.coordinator):
            made = operations.record_for_care(
                actor=world.coordinator,
                now=world.now,
                file=world.file,
                entry=NewEntry(world.relation.id, SAID, "caregiver", source.id),
                sentence="",
            )
        assert read(world.nurse, made.item, world)
        assert not read(world.nurse, source, world)
        # No safe notice: whoever wrote it tells the caregiver.
        assert "tell_recorded" in work(world)
        with use_actor(world.nurse):
            shown = queries.list_card_entries(world.nurse, [made.item_id], world.now)
            assert [(row.text, row.source) for row in shown] == [(SAID, "Fortalt av Anne Haugen")]
        with use_actor(world.other_nurse):
            assert queries.list_card_entries(world.other_nurse, [made.item_id], world.now) == []

    def test_others_record_nothing(self, world: World):
        entry = NewEntry(world.relation.id, SAID, "staff")
        for actor in (world.nurse, world.caregiver, world.stranger):
            with use_actor(actor), pytest.raises(NotFound):
                operations.record_for_care(
                    actor=actor, now=world.now, file=world.file, entry=entry, sentence=""
                )

    def disclose(self, world: World, told: ToldHow, why: str = "") -> Disclosure:
        item = note(world, present=True)
        with use_actor(world.coordinator):
            return operations.disclose_on_legal_ground(
                actor=world.coordinator,
                now=world.now,
                item_id=item.id,
                disclosure=NewDisclosure(Ground.DANGER, "Legevakten", SAID, told, why),
            )

    def test_a_disclosure_is_work_until_the_caregiver_is_told(self, world: World):
        made = self.disclose(world, ToldHow.NOT_YET, "Det kan øke faren.")
        assert work(world) == ["tell_disclosed"]
        assert page(world.caregiver, made.item_id, world).party.disclosures == ()
        with use_actor(world.caregiver):
            assert not Disclosure.objects.exists()  # the database's own lock
        assert len(page(world.coordinator, made.item_id, world).party.untold) == 1
        with use_actor(world.coordinator):
            operations.note_told(
                actor=world.coordinator,
                now=world.now,
                disclosure_id=made.id,
                told_how=ToldHow.PHONE,
            )
        assert work(world) == []
        assert page(world.caregiver, made.item_id, world).party.disclosures[0].words == SAID

    def test_a_disclosure_says_why_nobody_was_told(self, world: World):
        with pytest.raises(NotPossible, match="why_not_told_missing"):
            self.disclose(world, ToldHow.NOT_YET)

    def test_only_an_administrator_approves_the_storage_policy(self, world: World):
        digest = queries.storage_digest()
        with use_actor(world.coordinator), pytest.raises(NotAllowed):
            operations.approve_storage(actor=world.coordinator, now=world.now, digest=digest)
        item = note(world, present=True)
        assert page(world.caregiver, item.id, world).storage_approved_at is None
        with use_actor(world.admin):
            with pytest.raises(Stale):
                operations.approve_storage(actor=world.admin, now=world.now, digest="x")
            first = operations.approve_storage(actor=world.admin, now=world.now, digest=digest)
            later = world.now + timedelta(days=1)
            again = operations.approve_storage(actor=world.admin, now=later, digest=digest)
            assert first.id == again.id
            assert queries.get_storage_policy(world.admin, world.now).approved_by == "Per Strand"
        assert page(world.caregiver, item.id, world).storage_approved_at == world.now


class TestRules:
    def test_see_as_is_reckoned_from_what_is_at_hand(self):
        shared = AtHand(Audience.SHARED, has_relation=True, is_known_to_recipient=True)
        unknown = AtHand(Audience.SHARED, has_relation=True, is_known_to_recipient=False)
        alone = AtHand(Audience.SHARED, has_relation=False, is_known_to_recipient=False)
        family = AtHand(Audience.TALK, True, True, has_family=True)
        seen = {
            eyes: [would_read(eyes, item) for item in (shared, unknown, alone, family)]
            for eyes in Onlooker
        }
        assert seen == {
            Onlooker.CARE_RECIPIENT: [True, False, False, False],
            Onlooker.SERVING_STAFF: [True, True, False, False],
            Onlooker.FAMILY: [False, False, False, True],
            Onlooker.LEADER: [False, False, False, False],
        }

    def test_choices_keep_the_floor(self):
        named = {"about": About.CAREGIVER, "has_relation": True}
        own = choices_of(by_staff=False, by_caregiver_alone=True, must_record=False, **named)
        staff = choices_of(by_staff=True, by_caregiver_alone=False, must_record=False, **named)
        duty = choices_of(by_staff=True, by_caregiver_alone=False, must_record=True, **named)
        assert own == (Audience.MINE, Audience.TALK, Audience.SERVICE, Audience.SHARED)
        assert staff == (Audience.TALK, Audience.SERVICE, Audience.SHARED)
        assert duty == (Audience.SHARED,)

    @pytest.mark.parametrize(
        ("kind", "about", "audience", "row"),
        [
            ("relation", About.CAREGIVER, Audience.TALK, "contact"),
            ("card_entry", About.CARE_RECIPIENT, Audience.SHARED, "told_needed"),
            ("statement", About.CARE_RECIPIENT, Audience.SHARED, "told_needed"),
            ("statement", About.CARE_RECIPIENT, Audience.TALK, "told_in_confidence"),
            ("agreement_line", About.CAREGIVER, Audience.SHARED, "contact"),
            ("statement", About.CAREGIVER, Audience.SERVICE, "own"),
        ],
    )
    def test_each_piece_has_its_place(self, kind, about, audience, row):
        assert storage_code(kind=kind, about=about, audience=audience) == row

    @pytest.mark.parametrize(
        "text", ["Hun er helt utslitt", "Eg søv dårleg, svevnen er borte", "Redd for natta"]
    )
    def test_words_of_feelings_are_noticed(self, text):
        assert speaks_of_feelings(text)

    @pytest.mark.parametrize("text", ["Handler mat på lørdager", "Dusj tirsdag", "Ring sone nord"])
    def test_plain_words_are_not(self, text):
        assert not speaks_of_feelings(text)
