"""What each act on invitations, talks and statements changes, logs and tells."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from lagspill.audit.models import Entry, StoredFact
from lagspill.conversations import operations, queries
from lagspill.conversations.models import Invitation, Statement, Talk
from lagspill.conversations.rules import (
    Answer,
    Channel,
    Form,
    How,
    Need,
    Plan,
    Presence,
    Reply,
)
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import queries as people
from lagspill.people.models import AudienceChange, FileStaff, Item, Person, Relation
from lagspill.people.rules import About, Audience
from lagspill.tenancy.scope import use_actor
from tests.world import World

WORDS = "Jeg sover lite, sier Ánte 🙂"


def plan(world: World, **changes: object) -> Plan:
    """The proposal that needs no typing."""
    with use_actor(world.coordinator):
        file = people.get_file(world.coordinator, world.file.id, world.now)
        return replace(queries.propose(world.coordinator, file, world.now).plan, **changes)


def send(world: World, **changes: object) -> Invitation:
    with use_actor(world.coordinator):
        made = operations.send_invitation(
            actor=world.coordinator,
            now=world.now,
            file_id=world.file.id,
            plan=plan(world, **changes),
        )
    assert made is not None
    return made


def say_yes(world: World, invitation: Invitation, **changes: object) -> Talk:
    reply = replace(Reply(Answer.YES, time=invitation.times[0]), **changes)
    with use_actor(world.caregiver):
        operations.answer_invitation(
            actor=world.caregiver, now=world.now, invitation_id=invitation.id, reply=reply
        )
    with use_actor(world.system):
        return Talk.objects.get(invitation=invitation)


def talk_of(world: World) -> Talk:
    return say_yes(world, send(world))


def facts(world: World) -> list[str]:
    with use_actor(world.system):
        names = StoredFact.objects.filter(municipality_id="1824").order_by("at", "id")
        return [
            row.type
            for row in names
            if row.type.startswith(("Invitation", "Talk", "Letter", "Draft"))
        ]


def logged(world: World, verb: str) -> int:
    with use_actor(world.system):
        return Entry.objects.filter(verb=verb, act__in=("write", "send", "print")).count()


def draft(world: World, talk: Talk, text: str = WORDS, **options: object):
    with use_actor(world.coordinator):
        return operations.save_draft(
            actor=world.coordinator,
            now=options.pop("now", world.now),
            talk_id=talk.id,
            topic=options.pop("topic", "T01"),
            text=text,
            **options,
        )


def place(world: World, talk: Talk, text: str = WORDS, **options: object):
    given = {"topic": "T01", "audience": Audience.TALK, "about": About.CAREGIVER} | options
    with use_actor(world.coordinator):
        return operations.place_statement(
            actor=world.coordinator, now=world.now, talk_id=talk.id, text=text, **given
        )


class TestSending:
    def test_bound_caregiver_is_invited_in_the_portal_and_the_lead_becomes_file_staff(
        self, world: World
    ):
        nurse = world.nurse.id
        invitation = send(world, lead_id=nurse)
        assert (invitation.state, invitation.channel) == ("sent", "portal")
        assert facts(world) == ["InvitationSent"]
        assert logged(world, "send_invitation") == 1
        with use_actor(world.system):
            leads = FileStaff.objects.filter(file=world.file, role="lead")
            assert [row.staff_id for row in leads] == [nurse]
            assert Relation.objects.get(id=world.relation.id).state == "contacted"
        with use_actor(world.nurse):
            assert queries.get_invitation(world.nurse, invitation.id, world.now).lead_name

    def test_blocked_email_makes_the_portal_a_call(self, world: World):
        with use_actor(world.system):
            world.file.reach_blocked = ["email"]
            world.file.save(update_fields=["reach_blocked"])
        assert send(world).channel == "phone"

    @pytest.mark.parametrize(("address", "channel"), [("Gata 1", "letter"), ("", "phone")])
    def test_who_cannot_sign_in_gets_a_letter_or_a_call(
        self, world: World, address: str, channel: str
    ):
        with use_actor(world.system):
            Person.objects.filter(id=world.caregiver_person.id).update(is_bound=False)
            world.file.reach_address = address
            world.file.save(update_fields=["reach_address"])
        assert send(world).channel == channel

    @pytest.mark.parametrize(
        ("age", "code"), [("unknown", "age_unknown"), ("under_16", "child_track_only")]
    )
    def test_unknown_age_and_children_are_not_invited(self, world: World, age: str, code: str):
        with use_actor(world.system):
            Person.objects.filter(id=world.caregiver_person.id).update(birth_on=None, age_group=age)
        with pytest.raises(NotPossible) as refused:
            send(world)
        assert refused.value.code == code

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"times": ()}, "time_has_passed"),
            ({"topics": ("T99",)}, "unknown_topic"),
            ({"relation_ids": ()}, "unknown_relation"),
            ({"relation_ids": (uuid.UUID(int=7),)}, "unknown_relation"),
            ({"lead_id": uuid.UUID(int=7)}, "unknown_lead"),
        ],
    )
    def test_a_faulty_plan_is_refused(self, world: World, changes: dict[str, object], code: str):
        with pytest.raises(NotPossible) as refused:
            send(world, **changes)
        assert refused.value.code == code
        assert facts(world) == []

    def test_a_second_waiting_invitation_is_refused(self, world: World):
        send(world)
        with pytest.raises(NotPossible) as refused:
            send(world)
        assert refused.value.code == "invitation_waits"

    def test_a_blocked_channel_is_refused(self, world: World):
        with use_actor(world.system):
            world.file.reach_blocked = ["letter"]
            world.file.save(update_fields=["reach_blocked"])
        with use_actor(world.coordinator), pytest.raises(NotPossible) as refused:
            operations.send_invitation(
                actor=world.coordinator,
                now=world.now,
                file_id=world.file.id,
                plan=plan(world),
                channel=Channel.LETTER,
            )
        assert refused.value.code == "channel_blocked"

    def test_double_submit_sends_once(self, world: World):
        key = uuid.uuid4()
        with use_actor(world.coordinator):
            made = [
                operations.send_invitation(
                    actor=world.coordinator,
                    now=world.now,
                    file_id=world.file.id,
                    plan=plan(world),
                    key=key,
                )
                for _ in range(2)
            ]
        assert [m is not None for m in made] == [True, False]
        assert facts(world) == ["InvitationSent"]

    @pytest.mark.parametrize("who", ["other_nurse", "nurse"])
    def test_staff_who_are_not_of_the_file_find_nothing(self, world: World, who: str):
        actor = getattr(world, who)
        with use_actor(actor), pytest.raises(NotFound):
            operations.send_invitation(
                actor=actor, now=world.now, file_id=world.file.id, plan=plan(world)
            )

    @pytest.mark.parametrize("who", ["leader", "admin", "caregiver"])
    def test_others_may_not_invite(self, world: World, who: str):
        actor = getattr(world, who)
        with use_actor(actor), pytest.raises(NotAllowed):
            operations.send_invitation(
                actor=actor, now=world.now, file_id=world.file.id, plan=plan(world)
            )


class TestLetter:
    def test_it_is_a_file_with_a_new_code_and_both_are_logged(self, world: World):
        with use_actor(world.system):
            Person.objects.filter(id=world.caregiver_person.id).update(is_bound=False)
        invitation = send(world, is_large=True)
        with use_actor(world.coordinator):
            pdf = operations.write_letter(
                actor=world.coordinator, now=world.now, invitation_id=invitation.id
            )
        assert pdf.startswith(b"%PDF")
        assert logged(world, "write_letter") == 1
        assert logged(world, "make_binding_code") == 1

    def test_posting_is_told_once(self, world: World):
        invitation = send(world)
        with use_actor(world.coordinator):
            for _ in range(2):
                operations.mark_posted(
                    actor=world.coordinator, now=world.now, invitation_id=invitation.id
                )
        assert facts(world) == ["InvitationSent", "LetterPosted"]

    def test_no_letter_of_a_closed_invitation(self, world: World):
        invitation = send(world)
        with use_actor(world.coordinator):
            operations.cancel_invitation(
                actor=world.coordinator, now=world.now, invitation_id=invitation.id
            )
            for act in (operations.write_letter, operations.mark_posted):
                with pytest.raises(NotPossible) as refused:
                    act(actor=world.coordinator, now=world.now, invitation_id=invitation.id)
                assert refused.value.code == "invitation_closed"


class TestAnswering:
    def test_yes_plans_a_talk_with_place_time_and_needs(self, world: World):
        talk = say_yes(
            world,
            send(world),
            form=Form.PHONE,
            needs=(Need.INTERPRETER, Need.STAND_IN),
            interpreter_language="nordsamisk",
        )
        assert (talk.state, talk.form, talk.presence) == ("planned", "phone", "phone")
        assert (talk.needs, talk.interpreter_language) == (
            ["interpreter", "stand_in"],
            "nordsamisk",
        )
        assert facts(world) == ["InvitationSent", "InvitationAnswered", "TalkPlanned"]
        with use_actor(world.system):
            told = StoredFact.objects.get(type="InvitationAnswered").payload
        assert told["needs"] == ["interpreter", "stand_in"]
        assert told["talk_id"] == str(talk.id)

    def test_another_time_in_own_words_leaves_the_day_open(self, world: World):
        talk = say_yes(world, send(world), time=None, wish="etter klokka fire")
        assert talk.at is None
        assert facts(world) == ["InvitationSent", "InvitationAnswered"]
        with use_actor(world.coordinator):
            operations.plan_talk(
                actor=world.coordinator,
                now=world.now,
                talk_id=talk.id,
                at=world.now + timedelta(days=5),
                form=Form.HOME,
            )
        assert facts(world)[-1] == "TalkPlanned"

    @pytest.mark.parametrize("answer", [Answer.NO, Answer.LATER])
    def test_no_and_later_need_no_reason_and_may_become_a_yes(self, world: World, answer: Answer):
        invitation = send(world)
        with use_actor(world.caregiver):
            operations.answer_invitation(
                actor=world.caregiver,
                now=world.now,
                invitation_id=invitation.id,
                reply=Reply(answer),
            )
            assert not Talk.objects.exists()
        assert say_yes(world, invitation).state == "planned"

    def test_a_second_yes_is_refused(self, world: World):
        invitation = send(world)
        say_yes(world, invitation)
        with pytest.raises(NotPossible) as refused:
            say_yes(world, invitation)
        assert refused.value.code == "already_answered"

    def test_staff_record_an_answer_given_on_paper(self, world: World):
        invitation = send(world)
        with use_actor(world.coordinator):
            held = operations.record_answer(
                actor=world.coordinator,
                now=world.now,
                invitation_id=invitation.id,
                reply=Reply(Answer.NO),
                how=How.PAPER,
            )
            with pytest.raises(NotPossible):
                operations.record_answer(
                    actor=world.coordinator,
                    now=world.now,
                    invitation_id=invitation.id,
                    reply=Reply(Answer.NO),
                    how=How.PORTAL,
                )
        assert (held.answer, held.answer_how) == ("no", "paper")

    @pytest.mark.parametrize("who", ["care_recipient", "other_nurse", "leader", "stranger"])
    def test_outsiders_find_nothing(self, world: World, who: str):
        invitation = send(world)
        actor = getattr(world, who)
        with use_actor(actor):
            with pytest.raises(NotFound):
                queries.get_invitation(actor, invitation.id, world.now)
            with pytest.raises(NotFound):
                operations.answer_invitation(
                    actor=actor,
                    now=world.now,
                    invitation_id=invitation.id,
                    reply=Reply(Answer.NO),
                )

    def test_silence_expires_after_the_days_of_grace_and_may_still_be_answered(self, world: World):
        invitation = send(world)
        late = world.now + timedelta(days=21)
        with use_actor(world.system):
            assert operations.expire_invitations(actor=world.system, now=world.now) == 0
            assert operations.expire_invitations(actor=world.system, now=late) == 1
            assert operations.expire_invitations(actor=world.system, now=late) == 0
        assert facts(world) == ["InvitationSent", "InvitationExpired"]
        assert say_yes(world, invitation).state == "planned"


class TestTalk:
    def test_held_moves_the_relation_and_is_told_once(self, world: World):
        talk = talk_of(world)
        with use_actor(world.coordinator):
            for _ in range(2):
                operations.hold_talk(actor=world.coordinator, now=world.now, talk_id=talk.id)
        assert facts(world).count("TalkHeld") == 1
        with use_actor(world.system):
            assert Relation.objects.get(id=world.relation.id).state == "followed_up"

    def test_the_caregiver_may_call_it_off(self, world: World):
        talk = talk_of(world)
        with use_actor(world.caregiver):
            for _ in range(2):
                operations.cancel_talk(actor=world.caregiver, now=world.now, talk_id=talk.id)
        assert facts(world)[-1] == "TalkCancelled"
        with pytest.raises(NotPossible) as refused:
            draft(world, talk)
        assert refused.value.code == "talk_cancelled"

    def test_a_held_talk_cannot_be_called_off_or_moved(self, world: World):
        talk = talk_of(world)
        with use_actor(world.coordinator):
            operations.hold_talk(actor=world.coordinator, now=world.now, talk_id=talk.id)
            with pytest.raises(NotPossible):
                operations.cancel_talk(actor=world.coordinator, now=world.now, talk_id=talk.id)
            with pytest.raises(NotPossible):
                operations.plan_talk(
                    actor=world.coordinator,
                    now=world.now,
                    talk_id=talk.id,
                    at=world.now + timedelta(days=1),
                    form=Form.HOME,
                )

    def test_a_talk_may_begin_without_an_invitation_once(self, world: World):
        key = uuid.uuid4()
        with use_actor(world.coordinator):
            made = [
                operations.start_talk(
                    actor=world.coordinator, now=world.now, file_id=world.file.id, key=key
                )
                for _ in range(2)
            ]
        assert made[0] is not None
        assert made[1] is None


class TestDraft:
    def test_it_is_its_authors_alone(self, world: World):
        talk = talk_of(world)
        assert draft(world, talk).version == 1
        with use_actor(world.coordinator):
            held = queries.list_drafts(world.coordinator, talk.id, world.now)
            assert {topic: view.text for topic, view in held.items()} == {"T01": WORDS}
            assert queries.list_statements(world.coordinator, world.file.id, world.now) == []
        for who in ("caregiver", "nurse", "other_nurse", "leader", "care_recipient"):
            actor = getattr(world, who)
            with use_actor(actor):
                assert queries.list_drafts(actor, talk.id, world.now) == {}
                assert queries.list_statements(actor, world.file.id, world.now) == []

    def test_one_page_saves_again_and_again(self, world: World):
        talk = talk_of(world)
        for text in ("a", "ab", "abc"):
            assert draft(world, talk, text, version=0, writer="page-1").version == 1

    def test_a_second_page_that_has_not_seen_the_last_version_is_stale(self, world: World):
        talk = talk_of(world)
        draft(world, talk, "fra den første", version=0, writer="one")
        with pytest.raises(Stale) as refused:
            draft(world, talk, "fra den andre", version=0, writer="two")
        assert (refused.value.mine, refused.value.theirs) == ("fra den andre", "fra den første")
        assert draft(world, talk, "fra den andre", version=1, writer="two").version == 2
        with pytest.raises(Stale):
            draft(world, talk, "igjen", version=0, writer="one")

    def test_blank_text_makes_nothing(self, world: World):
        talk = talk_of(world)
        assert draft(world, talk, "  ").version == 0
        with use_actor(world.system):
            assert not Statement.objects.exists()

    def test_too_long_and_unknown_topics_are_refused(self, world: World):
        talk = talk_of(world)
        for text, topic, code in (("x" * 4001, "T01", "too_long"), ("x", "T99", "unknown_topic")):
            with pytest.raises(NotPossible) as refused:
                draft(world, talk, text, topic=topic)
            assert refused.value.code == code

    def test_it_is_warned_of_at_48_hours_and_deleted_at_72(self, world: World):
        talk = talk_of(world)
        draft(world, talk)
        system = world.system
        with use_actor(system):
            at = world.now + timedelta(hours=47)
            assert operations.warn_of_old_drafts(actor=system, now=at) == 0
            at = world.now + timedelta(hours=49)
            assert operations.warn_of_old_drafts(actor=system, now=at) == 1
            assert operations.warn_of_old_drafts(actor=system, now=at) == 0
            assert operations.delete_old_drafts(actor=system, now=at) == 0
            at = world.now + timedelta(hours=73)
            assert operations.delete_old_drafts(actor=system, now=at) == 1
            assert operations.delete_old_drafts(actor=system, now=at) == 0
            assert not Statement.objects.exists()
            assert not Item.objects.filter(kind="statement").exists()
        assert facts(world)[-1] == "DraftSoonDeleted"


class TestPlacing:
    def test_the_sentence_is_kept_and_the_draft_is_gone(self, world: World):
        talk = talk_of(world)
        draft(world, talk, version=0, writer="one")
        made = place(world, talk, version=0, writer="one")
        assert made is not None
        with use_actor(world.coordinator):
            assert queries.list_drafts(world.coordinator, talk.id, world.now) == {}
            [view] = queries.list_statements(
                world.coordinator, world.file.id, world.now, talk_id=talk.id
            )
        assert (view.text, view.audience, view.about, view.is_agreed) == (
            WORDS,
            "talk",
            "caregiver",
            True,
        )
        assert view.author == "Kari Moe"
        with use_actor(world.system):
            sentence = AudienceChange.objects.get(item_id=made.item_id).sentence
        assert "Kari Moe" in sentence

    def test_a_save_under_way_does_not_bring_placed_words_back(self, world: World):
        talk = talk_of(world)
        place(world, talk, writer="one")
        assert draft(world, talk, writer="one").version == 0

    def test_double_submit_places_once(self, world: World):
        talk = talk_of(world)
        key = uuid.uuid4()
        made = [place(world, talk, key=key) for _ in range(2)]
        assert [m is not None for m in made] == [True, False]
        with use_actor(world.system):
            assert Statement.objects.count() == 1

    @pytest.mark.parametrize(
        ("about", "audience", "code"),
        [
            (About.BOTH, Audience.SHARED, "split_before_widening"),
            (About.BOTH, Audience.SERVICE, "split_before_widening"),
            (About.CARE_RECIPIENT, Audience.SERVICE, "service_is_about_the_caregiver"),
        ],
    )
    def test_what_may_not_be_placed_like_this(
        self, world: World, about: About, audience: Audience, code: str
    ):
        talk = talk_of(world)
        with pytest.raises(NotPossible) as refused:
            place(world, talk, about=about, audience=audience)
        assert refused.value.code == code

    def test_without_the_caregiver_it_stays_in_the_talk_and_is_not_agreed(self, world: World):
        talk = talk_of(world)
        with use_actor(world.coordinator):
            operations.set_presence(
                actor=world.coordinator,
                now=world.now,
                talk_id=talk.id,
                presence=Presence.ABSENT,
            )
        with pytest.raises(NotPossible) as refused:
            place(world, talk, audience=Audience.SHARED)
        assert refused.value.code == "wide_needs_yes"
        place(world, talk)
        with use_actor(world.caregiver):
            [view] = queries.list_statements(world.caregiver, world.file.id, world.now)
        assert (view.audience, view.is_agreed) == ("talk", False)

    def test_nothing_to_place_is_refused(self, world: World):
        with pytest.raises(NotPossible) as refused:
            place(world, talk_of(world), text=" ")
        assert refused.value.code == "words_missing"

    def test_widening_needs_a_recorded_yes_and_narrowing_works_at_once(self, world: World):
        made = place(world, talk_of(world), topic="T04", audience=Audience.TALK)
        assert made is not None

        def change(actor, audience: Audience, how: How) -> None:
            with use_actor(actor):
                operations.change_statement_audience(
                    actor=actor,
                    now=world.now,
                    statement_id=made.id,
                    audience=audience,
                    how=how,
                )

        def read_by_nurse() -> int:
            with use_actor(world.nurse):
                return len(queries.list_statements(world.nurse, world.file.id, world.now))

        assert read_by_nurse() == 0
        with pytest.raises(NotPossible) as refused:
            change(world.coordinator, Audience.SERVICE, How.PORTAL)
        assert refused.value.code == "wide_needs_yes"
        change(world.coordinator, Audience.SERVICE, How.PHONE)
        assert read_by_nurse() == 0  # the copy has not left
        change(world.coordinator, Audience.SERVICE, How.IN_PERSON)
        assert read_by_nurse() == 1
        change(world.caregiver, Audience.TALK, How.PORTAL)
        assert read_by_nurse() == 0
        with pytest.raises(NotPossible) as refused:
            change(world.caregiver, Audience.MINE, How.PORTAL)
        assert refused.value.code == "floor_is_talk"


class TestPreparation:
    def save(self, world: World, talk: Talk, text: str = WORDS, **options: object):
        with use_actor(world.caregiver):
            return operations.save_preparation(
                actor=world.caregiver,
                now=world.now,
                talk_id=talk.id,
                topic="T03",
                text=text,
                **options,
            )

    def read(self, world: World, who: str, talk: Talk) -> list[str]:
        actor = getattr(world, who)
        with use_actor(actor):
            return [v.text for v in queries.list_prepared(actor, talk.id, world.now).values()]

    def test_it_is_the_caregivers_until_shared_and_again_when_taken_back(self, world: World):
        talk = talk_of(world)
        self.save(world, talk)
        staff = ("coordinator", "nurse", "leader", "care_recipient")
        assert self.read(world, "caregiver", talk) == [WORDS]
        assert [self.read(world, who, talk) for who in staff] == [[], [], [], []]
        with use_actor(world.caregiver):
            operations.share_preparation(
                actor=world.caregiver, now=world.now, talk_id=talk.id, topic="T03"
            )
        assert [self.read(world, who, talk) for who in staff] == [[WORDS], [], [], []]
        with pytest.raises(NotPossible) as refused:
            self.save(world, talk, "mer", version=1)
        assert refused.value.code == "take_back_first"
        with use_actor(world.caregiver):
            for _ in range(2):
                operations.take_back_preparation(
                    actor=world.caregiver, now=world.now, talk_id=talk.id, topic="T03"
                )
        assert self.read(world, "coordinator", talk) == []

    def test_two_pages_do_not_overwrite_each_other(self, world: World):
        talk = talk_of(world)
        self.save(world, talk, "først", writer="one")
        with pytest.raises(Stale) as refused:
            self.save(world, talk, "sist", writer="two")
        assert (refused.value.mine, refused.value.theirs) == ("sist", "først")

    def test_staff_see_the_mark_and_not_the_words(self, world: World):
        talk = talk_of(world)
        self.save(world, talk)
        with use_actor(world.caregiver):
            operations.mark_topic(
                actor=world.caregiver,
                now=world.now,
                talk_id=talk.id,
                topic="T03",
                is_important=True,
            )
        with use_actor(world.coordinator):
            assert queries.get_talk(world.coordinator, talk.id, world.now).important == ("T03",)

    def test_staff_and_care_recipient_write_nothing_here(self, world: World):
        talk = talk_of(world)
        for who in ("coordinator", "care_recipient"):
            actor = getattr(world, who)
            with use_actor(actor), pytest.raises(NotFound):
                operations.save_preparation(
                    actor=actor, now=world.now, talk_id=talk.id, topic="T03", text="x"
                )
