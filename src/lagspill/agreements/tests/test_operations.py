"""Each act: what it changes, what it logs, what it announces, and what it refuses."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from lagspill.agreements import demo, operations, queries
from lagspill.agreements.models import Agreement, Confirmation, Line, Reply, Version
from lagspill.agreements.rules import Answer, How, LineKind, Side, Who, canonical, hash_of
from lagspill.audit.models import Entry, StoredFact
from lagspill.conversations.queries import StatementView
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.models import AudienceChange, Item, Person
from lagspill.people.rules import About, Audience
from lagspill.promises import operations as promises
from lagspill.promises.models import Promise
from lagspill.promises.rules import Reason
from lagspill.tenancy.scope import use_actor


def facts(*types):
    return list(
        StoredFact.objects.filter(type__in=types).order_by("id").values_list("type", flat=True)
    )


def entries(verb):
    return Entry.objects.filter(verb=verb).count()


def statement(world, now, text="Ring meg etter fire", audience=Audience.SERVICE, topic="T07"):
    """A placed statement as conversations would give it."""
    actor = world.coordinator
    item = people.write_item(
        actor=actor,
        now=now,
        file=world.file,
        kind="statement",
        about=About.CAREGIVER,
        relation_ids=[world.relation.id],
        caregiver_present=True,
    )
    people.place_item(
        actor=actor,
        now=now,
        item_id=item.id,
        audience=audience,
        sentence="…",
        caregiver_present=True,
    )
    return StatementView(
        item.id,
        item.id,
        item.id,
        topic,
        text,
        audience.value,
        "caregiver",
        "Kari Moe",
        now,
        True,
        False,
    )


@pytest.fixture
def said(world, now, monkeypatch):
    """One statement that the draft is built from."""
    with use_actor(world.coordinator):
        held = statement(world, now)
    monkeypatch.setattr(
        "lagspill.conversations.queries.list_statements",
        lambda actor, file_id, now, talk_id=None: [held],
    )
    return held


class TestStartDraft:
    def test_it_begins_empty_led_by_the_one_who_starts(self, world, now):
        version = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now)
        with use_actor(world.coordinator):
            assert (version.number, version.state, version.lead_staff_id) == (
                1,
                "draft",
                world.coordinator.id,
            )
            assert not Line.objects.exists()
            assert entries("start_draft") == 1

    def test_starting_twice_gives_the_same(self, world, now):
        first = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now)
        assert (
            demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now).id == first.id
        )

    @pytest.mark.parametrize("who", ["nurse", "other_nurse", "leader", "admin", "caregiver"])
    def test_only_the_files_staff_start_one(self, world, now, who):
        actor = getattr(world, who)
        with use_actor(actor), pytest.raises(NotFound):
            operations.start_draft(actor=actor, now=now, file_id=world.file.id, talk_id=None)

    def test_a_later_version_carries_over_all_but_the_measures(self, world, now, confirmed, lines):
        version = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now)
        with use_actor(world.coordinator):
            rows = Line.objects.filter(version=version)
            assert version.number == 2
            assert set(rows.values_list("text", flat=True)) == {
                new.words.text for new in lines if new.words.kind is not LineKind.MEASURE
            }
            assert set(rows.values_list("item__audience", "audience")) == {
                ("talk", "talk"),
                ("service", "service"),
                ("shared", "shared"),
            }


class TestTakeStatement:
    def test_the_line_has_its_words_audience_and_relations(self, world, now, said):
        version = demo.build_draft(
            lead=world.coordinator,
            file_id=world.file.id,
            now=now,
            taken=[(said.item_id, LineKind.CONTACT)],
        )
        with use_actor(world.coordinator):
            line = Line.objects.select_related("item").get(version=version)
            assert (line.text, line.kind, line.audience) == (said.text, "contact", "service")
            assert (line.item.audience, line.item.about) == ("service", "caregiver")
            assert line.source_item_id == said.item_id
            assert people_queries.list_item_relations(world.coordinator, line.item_id, now) == [
                world.relation.id
            ]

    def test_twice_makes_one(self, world, now, said):
        taken = [(said.item_id, LineKind.CONTACT)] * 2
        demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now, taken=taken)
        with use_actor(world.coordinator):
            assert Line.objects.count() == 1

    def test_a_task_falls_to_nobody(self, world, now, said):
        taken = [(said.item_id, LineKind.TASK)]
        demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now, taken=taken)
        with use_actor(world.coordinator):
            assert Line.objects.get().who == Who.NOBODY_YET

    def test_a_statement_of_elsewhere_is_not_found(self, world, now, said):
        with pytest.raises(NotFound):
            demo.build_draft(
                lead=world.coordinator,
                file_id=world.file.id,
                now=now,
                taken=[(uuid.uuid4(), LineKind.TASK)],
            )


class TestLines:
    def test_wide_words_start_in_the_talk_without_the_caregiver(self, world, now, lines):
        alone = [replace(new, is_together=False) for new in lines]
        demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now, lines=alone)
        with use_actor(world.coordinator):
            assert set(
                Item.objects.filter(kind="agreement_line").values_list("audience", flat=True)
            ) == {"talk"}
            assert set(Line.objects.values_list("audience", flat=True)) == {
                "talk",
                "service",
                "shared",
            }

    def test_the_same_form_twice_makes_one(self, world, now, draft, lines):
        key = uuid.uuid4()
        with use_actor(world.coordinator):
            before = Line.objects.count()
            for _ in range(2):
                operations.add_line(
                    actor=world.coordinator, now=now, version_id=draft.id, new=lines[1], key=key
                )
            assert Line.objects.count() == before + 1

    def test_a_minor_gets_no_task(self, world, now, lines):
        with use_actor(world.coordinator):
            Person.objects.filter(id=world.caregiver_person.id).update(
                birth_on=None, age_group="16_17"
            )
        with pytest.raises(NotPossible, match="minor_no_tasks"):
            demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now, lines=lines)

    def test_the_strip_is_about_the_caregiver(self, world, now, draft, lines):
        wrong = replace(lines[2], audience=Audience.SERVICE, about=About.CARE_RECIPIENT)
        with use_actor(world.coordinator), pytest.raises(NotPossible, match="service_is_about"):
            operations.add_line(actor=world.coordinator, now=now, version_id=draft.id, new=wrong)

    def test_a_change_narrows_at_once(self, world, now, draft, lines):
        with use_actor(world.coordinator):
            line = Line.objects.get(kind="contingency")
            operations.change_line(
                actor=world.coordinator,
                now=now,
                line_id=line.id,
                new=replace(lines[6], audience=Audience.TALK, is_together=False),
                revision=1,
            )
            line = Line.objects.select_related("item").get(id=line.id)
            assert (line.audience, line.item.audience, line.revision) == ("talk", "talk", 2)

    def test_a_stale_change_is_refused_and_changes_nothing(self, world, now, draft, lines):
        mine = replace(lines[1], words=replace(lines[1].words, text="Mine"))
        theirs = replace(lines[1], words=replace(lines[1].words, text="Deres"))
        with use_actor(world.coordinator):
            line = Line.objects.get(text="Handle mat")
            change = {"actor": world.coordinator, "now": now, "line_id": line.id, "revision": 1}
            operations.change_line(**change, new=theirs, form_id=uuid.uuid4())
            with pytest.raises(Stale):
                operations.change_line(**change, new=mine, form_id=uuid.uuid4())
            assert Line.objects.get(id=line.id).text == "Deres"

    def test_one_page_saves_as_often_as_it_likes(self, world, now, draft, lines):
        form_id = uuid.uuid4()
        with use_actor(world.coordinator):
            line = Line.objects.get(text="Handle mat")
            for text in ("H", "Ha", "Ha", "Handle"):
                new = replace(lines[1], words=replace(lines[1].words, text=text))
                operations.change_line(
                    actor=world.coordinator,
                    now=now,
                    line_id=line.id,
                    new=new,
                    revision=1,
                    form_id=form_id,
                )
            line.refresh_from_db()
            assert (line.text, line.revision) == ("Handle", 4)

    def test_lines_move_within_their_part(self, world, now, draft):
        with use_actor(world.coordinator):
            first, second = Line.objects.filter(kind="task").order_by("position")
            for is_up in (True, True):
                operations.move_line(
                    actor=world.coordinator, now=now, line_id=second.id, is_up=is_up
                )
            assert list(Line.objects.filter(kind="task").order_by("position")) == [second, first]
            operations.move_line(actor=world.coordinator, now=now, line_id=second.id, is_up=False)
            assert list(Line.objects.filter(kind="task").order_by("position")) == [first, second]

    def test_a_line_is_taken_out(self, world, now, draft):
        with use_actor(world.coordinator):
            line = Line.objects.get(kind="measure")
            operations.remove_line(actor=world.coordinator, now=now, line_id=line.id)
            assert not Line.objects.filter(kind="measure").exists()
            assert entries("remove_line") == 1
            with pytest.raises(NotFound):
                operations.remove_line(actor=world.coordinator, now=now, line_id=line.id)

    def test_nothing_is_written_in_a_proposal(self, world, now, proposed, lines):
        with use_actor(world.coordinator), pytest.raises(NotPossible, match="illegal_move"):
            operations.add_line(
                actor=world.coordinator, now=now, version_id=proposed.id, new=lines[0]
            )

    def test_nothing_is_written_in_an_agreement(self, world, now, confirmed, lines):
        line_id = None
        with use_actor(world.coordinator):
            line_id = Line.objects.filter(version=confirmed).first().id
            with pytest.raises(NotPossible, match="confirmed_never_changes"):
                operations.remove_line(actor=world.coordinator, now=now, line_id=line_id)


class TestPropose:
    def test_the_caregiver_is_told(self, world, now, proposed):
        with use_actor(world.coordinator):
            assert (proposed.state, proposed.proposed_at) == ("proposed", now)
            fact = StoredFact.objects.get(type="AgreementProposed")
            assert fact.payload["channel"] in ("portal", "phone")
            assert entries("propose_agreement") == 1

    def test_twice_changes_nothing(self, world, now, proposed):
        demo.propose(lead=world.coordinator, version=proposed, now=now)
        with use_actor(world.coordinator):
            assert facts("AgreementProposed") == ["AgreementProposed"]

    @pytest.mark.parametrize("change", [{"unit_id": None}, {"due_on": None}])
    def test_a_measure_without_owner_or_date_is_refused(self, world, now, lines, change):
        version = demo.build_draft(
            lead=world.coordinator,
            file_id=world.file.id,
            now=now,
            lines=[*lines[:7], replace(lines[7], **change)],
        )
        with pytest.raises(NotPossible, match="measure_needs_owner_and_date"):
            demo.propose(lead=world.coordinator, version=version, now=now)

    def test_an_empty_one_is_refused(self, world, now):
        version = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now)
        with pytest.raises(NotPossible, match="agreement_is_empty"):
            demo.propose(lead=world.coordinator, version=version, now=now)

    def test_the_review_lies_ahead(self, world, now, draft):
        with pytest.raises(NotPossible, match="review_in_the_past"):
            demo.propose(lead=world.coordinator, version=draft, now=now, review_on=oslo_today(now))


def say(actor, now, version, side, how=How.PORTAL, **more):
    with use_actor(actor):
        return operations.confirm(
            actor=actor, now=now, version_id=version.id, side=side, how=how, **more
        )


class TestConfirm:
    @pytest.mark.parametrize("first", Side)
    def test_it_holds_when_both_have_said_yes_in_either_order(self, world, now, proposed, first):
        actors = {Side.CAREGIVER: world.caregiver, Side.MUNICIPALITY: world.coordinator}
        second = next(side for side in Side if side is not first)
        assert say(actors[first], now, proposed, first).state == "proposed"
        done = say(actors[second], now, proposed, second)
        assert (done.state, done.confirmed_at) == ("confirmed", now)
        with use_actor(world.coordinator):
            assert Agreement.objects.get().state == "agreed"
            assert facts("AgreementConfirmed") == ["AgreementConfirmed"]
            assert entries("confirm_agreement") == 2

    def test_each_measure_becomes_exactly_one_promise_that_alone_holds_it(
        self, world, now, confirmed, lines
    ):
        say(world.caregiver, now, confirmed, Side.CAREGIVER)
        say(world.coordinator, now, confirmed, Side.MUNICIPALITY)
        with use_actor(world.coordinator):
            promise = Promise.objects.get()
            assert (promise.text, promise.due_on, promise.owner_unit_id) == (
                "Svare om trygghetsalarm",
                lines[7].due_on,
                world.north.id,
            )
            line = Line.objects.get(kind="measure")
            assert (line.promise_id, line.unit_id, line.owner_staff_id, line.due_on) == (
                promise.id,
                None,
                None,
                None,
            )
            assert promise.item_id == line.item_id

    def test_the_same_yes_twice_counts_once(self, world, now, proposed):
        for _ in range(2):
            say(world.caregiver, now, proposed, Side.CAREGIVER)
        with use_actor(world.coordinator):
            assert Confirmation.objects.count() == 1
            assert facts("CaregiverConfirmed") == ["CaregiverConfirmed"]

    def test_the_hash_is_over_what_was_agreed(self, world, now, proposed, lines):
        with use_actor(world.coordinator):
            rows = queries.versions.in_order(list(Line.objects.filter(version=proposed)))
            agreed = [queries.versions.agreed_line(row) for row in rows]
        measure = next(line for line in agreed if line.words.kind is LineKind.MEASURE)
        assert (measure.unit_id, measure.due_on) == (str(world.north.id), lines[7].due_on)
        assert {line.words.text: line.audience for line in agreed} == {
            new.words.text: new.audience for new in lines
        }
        confirmed = demo.confirm(
            lead=world.coordinator, version=proposed, now=now, caregiver=world.caregiver
        )
        assert confirmed.digest == hash_of(canonical(1, confirmed.review_on, agreed))

    def test_an_agreement_stays_intact_when_its_promise_moves(self, world, now, confirmed):
        with use_actor(world.system):
            promise = Promise.objects.get()
            promises.move_promise(
                actor=world.system,
                now=now,
                promise_id=promise.id,
                due_on=promise.due_on + timedelta(days=30),
                reason=Reason.CAPACITY,
            )
            assert queries.list_broken(world.system, now) == []
            # What nobody may do: another owner in the agreement's promise, past every operation.
            Promise.objects.update(owner_unit=world.south)
            assert queries.list_broken(world.system, now) == [confirmed.id]

    def test_only_the_system_looks_through_all_agreements(self, world, now, confirmed):
        with use_actor(world.coordinator), pytest.raises(NotAllowed, match="system_only"):
            queries.list_broken(world.coordinator, now)

    @pytest.mark.parametrize("how", [How.PHONE, How.PAPER])
    def test_staff_record_a_yes_by_phone_or_on_paper(self, world, now, proposed, how):
        say(world.coordinator, now, proposed, Side.CAREGIVER, how)
        with use_actor(world.coordinator):
            yes = Confirmation.objects.get()
            assert (yes.side, yes.how, yes.by_staff_id, yes.by_person_id) == (
                "caregiver",
                how.value,
                world.coordinator.id,
                None,
            )
            assert Entry.objects.get(verb="confirm_agreement").reason == how.value

    @pytest.mark.parametrize(
        ("who", "side", "how"),
        [
            ("coordinator", Side.CAREGIVER, How.PORTAL),
            ("coordinator", Side.MUNICIPALITY, How.PAPER),
            ("caregiver", Side.MUNICIPALITY, How.PORTAL),
            ("caregiver", Side.CAREGIVER, How.PHONE),
        ],
    )
    def test_nobody_says_yes_for_the_other_side(self, world, now, proposed, who, side, how):
        with pytest.raises(NotAllowed):
            say(getattr(world, who), now, proposed, side, how)

    @pytest.mark.parametrize("who", ["care_recipient", "nurse", "leader", "stranger"])
    @pytest.mark.parametrize("side", Side)
    def test_nobody_else_finds_it(self, world, now, known, proposed, who, side):
        with pytest.raises(NotFound):
            say(getattr(world, who), now, proposed, side)

    def test_only_the_lead_says_the_municipalitys_yes(self, world, now, proposed):
        with use_actor(world.coordinator):
            people.add_file_staff(
                actor=world.coordinator,
                now=now,
                file=world.file,
                staff_id=world.nurse.id,
                role="substitute",
            )
        with pytest.raises(NotAllowed, match="not_the_lead"):
            say(world.nurse, now, proposed, Side.MUNICIPALITY)
        with use_actor(world.nurse):
            operations.take_lead(actor=world.nurse, now=now, version_id=proposed.id)
        say(world.nurse, now, proposed, Side.MUNICIPALITY)
        with use_actor(world.nurse):
            assert Confirmation.objects.get().by_staff_id == world.nurse.id

    def test_a_yes_to_an_older_text_is_stale(self, world, now, proposed):
        with pytest.raises(Stale):
            say(world.caregiver, now, proposed, Side.CAREGIVER, revision=proposed.revision - 1)
        with use_actor(world.coordinator):
            assert not Confirmation.objects.exists()

    def test_a_draft_is_not_said_yes_to(self, world, now, draft):
        with pytest.raises(NotPossible, match="illegal_move"):
            say(world.coordinator, now, draft, Side.MUNICIPALITY)
        with pytest.raises(NotFound):
            say(world.caregiver, now, draft, Side.CAREGIVER)

    def test_a_date_that_passed_while_waiting_stops_nobodys_yes(self, world, now, proposed, lines):
        later = now + timedelta(days=11)
        say(world.caregiver, later, proposed, Side.CAREGIVER)
        say(world.coordinator, later, proposed, Side.MUNICIPALITY)
        with use_actor(world.coordinator):
            assert Promise.objects.get().due_on == lines[7].due_on

    def test_the_caregivers_yes_widens_to_the_readers_that_were_shown(self, world, now, lines):
        alone = [replace(new, is_together=False) for new in lines]
        version = demo.build_draft(
            lead=world.coordinator, file_id=world.file.id, now=now, lines=alone
        )
        demo.propose(lead=world.coordinator, version=version, now=now)
        say(world.coordinator, now, version, Side.MUNICIPALITY)
        with use_actor(world.coordinator):
            assert not Line.objects.exclude(item__audience="talk").exists()
        say(world.caregiver, now, version, Side.CAREGIVER)
        with use_actor(world.coordinator):
            pairs = set(Line.objects.values_list("audience", "item__audience"))
            assert pairs == {("talk", "talk"), ("service", "service"), ("shared", "shared")}
            assert set(Line.objects.values_list("item__agreed", flat=True)) == {True}
            widened = AudienceChange.objects.filter(new="shared", old="talk").first()
            assert (widened.how, widened.by_kind) == ("portal", "citizen")
            assert "Arne Haugen" in widened.sentence

    def test_a_yes_by_phone_widens_when_its_copy_has_left(self, world, now, lines):
        alone = [replace(new, is_together=False) for new in lines]
        version = demo.build_draft(
            lead=world.coordinator, file_id=world.file.id, now=now, lines=alone
        )
        demo.propose(lead=world.coordinator, version=version, now=now)
        with use_actor(world.coordinator):
            before = set(Line.objects.values_list("id", "item__audience"))
            wanted = set(Line.objects.values_list("id", "audience"))
        say(world.coordinator, now, version, Side.CAREGIVER, How.PHONE)
        with use_actor(world.coordinator):
            assert set(Line.objects.values_list("id", "item__audience")) == before != wanted
        with use_actor(world.system):
            people.widen_on_notice(actor=world.system, now=now, file_id=world.file.id)
            assert set(Line.objects.values_list("id", "item__audience")) == wanted

    def test_a_new_version_supersedes(self, world, now, confirmed):
        second = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now)
        demo.propose(lead=world.coordinator, version=second, now=now)
        later = now + timedelta(days=1)
        demo.confirm(lead=world.coordinator, version=second, now=later, how=How.PAPER)
        with use_actor(world.coordinator):
            assert list(Version.objects.order_by("number").values_list("state", "closed_at")) == [
                ("superseded", later),
                ("confirmed", None),
            ]


class TestAnswers:
    def test_a_wish_for_change_makes_it_a_draft_again(self, world, now, proposed):
        say(world.coordinator, now, proposed, Side.MUNICIPALITY)
        demo.answer(
            actor=world.caregiver,
            version=proposed,
            now=now,
            answer=Answer.CHANGE,
            text="Ikke lørdag",
        )
        with use_actor(world.coordinator):
            version = Version.objects.get()
            assert version.state == "draft"
            assert not Confirmation.objects.exists()
            reply = Reply.objects.select_related("item").get()
            assert (reply.answer, reply.text, reply.item.audience) == (
                "change",
                "Ikke lørdag",
                "talk",
            )
            assert facts("AgreementChangeAsked") == ["AgreementChangeAsked"]

    def test_a_no_ends_what_never_began(self, world, now, proposed):
        demo.answer(actor=world.caregiver, version=proposed, now=now, answer=Answer.NO)
        with use_actor(world.coordinator):
            assert Version.objects.get().state == "withdrawn"
            assert (Agreement.objects.get().state, Agreement.objects.get().ended_how) == (
                "ended",
                "declined",
            )

    def test_a_no_to_a_new_version_leaves_the_one_in_force(self, world, now, confirmed):
        second = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now)
        demo.propose(lead=world.coordinator, version=second, now=now)
        demo.answer(actor=world.caregiver, version=second, now=now, answer=Answer.NO)
        with use_actor(world.coordinator):
            assert list(Version.objects.order_by("number").values_list("state", flat=True)) == [
                "confirmed",
                "withdrawn",
            ]
            assert Agreement.objects.get().state == "agreed"

    def test_the_caregiver_ends_it_at_any_time(self, world, now, confirmed):
        second = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now)
        demo.answer(actor=world.caregiver, version=confirmed, now=now, answer=Answer.END)
        with use_actor(world.coordinator):
            states = dict(Version.objects.values_list("id", "state"))
            assert states == {confirmed.id: "ended", second.id: "withdrawn"}
            assert Agreement.objects.get().ended_how == "ended_by_caregiver"
            assert facts("AgreementEnded") == ["AgreementEnded"]

    def test_the_same_answer_twice_counts_once(self, world, now, proposed):
        key = uuid.uuid4()
        with use_actor(world.caregiver):
            for _ in range(2):
                operations.give_answer(
                    actor=world.caregiver,
                    now=now,
                    version_id=proposed.id,
                    answer=Answer.NO,
                    how=How.PORTAL,
                    key=key,
                )
            assert Reply.objects.count() == 1

    def test_staff_record_a_no_by_phone(self, world, now, proposed):
        demo.answer(
            actor=world.coordinator, version=proposed, now=now, answer=Answer.NO, how=How.PHONE
        )
        with use_actor(world.coordinator):
            assert Reply.objects.get().how == "phone"

    def test_staff_withdraw_and_reopen(self, world, now, proposed):
        with use_actor(world.coordinator):
            reopened = operations.reopen(actor=world.coordinator, now=now, version_id=proposed.id)
            assert reopened.state == "draft"
            for _ in range(2):
                operations.withdraw(actor=world.coordinator, now=now, version_id=proposed.id)
            assert Version.objects.get().state == "withdrawn"
            assert facts("AgreementEnded") == ["AgreementEnded"]
            with pytest.raises(NotPossible):
                operations.reopen(actor=world.coordinator, now=now, version_id=proposed.id)

    def test_staff_end_an_agreement(self, world, now, confirmed):
        with use_actor(world.coordinator):
            operations.withdraw(actor=world.coordinator, now=now, version_id=confirmed.id)
            assert Agreement.objects.get().ended_how == "ended_by_staff"
            with pytest.raises(NotPossible):
                operations.take_lead(actor=world.coordinator, now=now, version_id=confirmed.id)
