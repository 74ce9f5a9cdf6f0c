"""What each act on the child track does, what it leaves in the log, and what it refuses."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from lagspill.audit.models import Entry, StoredFact
from lagspill.children import operations, queries
from lagspill.children.models import ChildStep, ChildTrack
from lagspill.children.operations import Child
from lagspill.children.rules import Ending, Kin, State, Step, Taken
from lagspill.children.tests.made import NAME, colleagues, passed_on
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.tenancy.scope import use_actor
from tests.world import World

TODAY = date(2026, 11, 25)
TOLD = Taken(Step.ASKED, "told_us", TODAY)


def take(world: World, actor: Actor, track: ChildTrack, taken: Taken = TOLD, **more: Any) -> None:
    with use_actor(actor):
        operations.take_step(actor=actor, now=world.now, track_id=track.id, taken=taken, **more)


def log_of(world: World) -> list[Entry]:
    with use_actor(world.system):
        return list(Entry.objects.filter(noun="child_track").order_by("at", "id"))


def facts_of(world: World) -> list[str]:
    with use_actor(world.system):
        rows = StoredFact.objects.filter(type__startswith="Child").order_by("id")
        return list(rows.values_list("type", flat=True))


class TestPassOn:
    def test_opens_a_track_for_the_unit_that_serves(self, world: World):
        track = passed_on(world, "Ola Nordmann", birth_year=2015, kin=Kin.GRANDCHILD)
        assert (track.child_name, track.birth_year, track.kin) == ("Ola", 2015, "grandchild")
        assert (track.unit_id, track.passed_on_by_id) == (world.north.id, world.nurse.id)
        assert track.next_on == date(2026, 11, 30)  # three working days
        assert facts_of(world) == ["ChildPassedOn"]

    def test_the_log_never_names_the_parent(self, world: World):
        passed_on(world)
        rows = log_of(world)
        assert [row.verb for row in rows] == ["pass_on_child"]
        assert {(row.person_id, row.file_id) for row in rows} == {(None, None)}

    def test_the_same_child_is_not_passed_on_twice_and_the_answer_is_the_same(self, world: World):
        passed_on(world, "Mia")
        passed_on(world, "mia")
        with use_actor(world.system):
            assert ChildTrack.objects.count() == 1

    def test_children_without_a_name_are_children_each(self, world: World):
        passed_on(world, "")
        passed_on(world, "")
        with use_actor(world.system):
            assert ChildTrack.objects.count() == 2

    def test_gives_whoever_did_it_nothing_but_the_day(self, world: World):
        track = passed_on(world)
        with use_actor(world.nurse):
            assert queries.list_passed_on(world.nurse, track.person_id, world.now) == [world.now]
            assert queries.list_tracks(world.nurse, world.now) == []
            with pytest.raises(NotFound):
                queries.get_track(world.nurse, track.id, world.now)
        with use_actor(world.coordinator):
            assert queries.list_passed_on(world.coordinator, track.person_id, world.now) == []

    @pytest.mark.parametrize("who", ["other_nurse", "leader", "admin", "caregiver", "stranger"])
    def test_who_does_not_meet_the_person_finds_nobody(self, world: World, who: str):
        actor = getattr(world, who)
        with use_actor(actor), pytest.raises(NotFound):
            operations.pass_on_child(
                actor=actor,
                now=world.now,
                person_id=world.care_recipient_person.id,
                child=Child(),
            )

    def test_a_year_that_cannot_be_is_refused(self, world: World):
        with pytest.raises(NotPossible) as refusal:
            passed_on(world, birth_year=1980)
        assert refusal.value.code == "birth_year_not_a_childs"

    def test_the_same_form_twice_does_it_once(self, world: World):
        key = uuid.uuid4()
        for _ in range(2):
            with use_actor(world.nurse):
                operations.pass_on_child(
                    actor=world.nurse,
                    now=world.now,
                    person_id=world.care_recipient_person.id,
                    child=Child(),
                    key=key,
                )
        with use_actor(world.system):
            assert ChildTrack.objects.count() == 1


class TestTakeStep:
    def test_notes_the_act_the_next_day_and_who_follows_up(self, world: World):
        who, track = colleagues(world), passed_on(world)
        take(world, who.liv, track, next_on=TODAY + timedelta(days=20))
        with use_actor(who.liv):
            page = queries.get_track(who.liv, track.id, world.now)
        assert (page.line.state, page.line.lead) == (State.PLANNED, "Liv Aas")
        asked = page.steps[0]
        assert [(a.outcome, a.how, a.done_on, a.by) for a in asked.acts] == [
            ("told_us", "", TODAY, "Liv Aas")
        ]
        assert [view.is_done for view in page.steps] == [True, False, False, False, False]
        assert facts_of(world) == ["ChildPassedOn", "ChildStepTaken"]
        assert [row.verb for row in log_of(world)] == ["pass_on_child", "take_step", "get_track"]

    def test_a_no_is_asked_again(self, world: World):
        who, track = colleagues(world), passed_on(world)
        take(world, who.liv, track, Taken(Step.ASKED, "not_now", TODAY))
        with use_actor(who.liv):
            assert not queries.get_track(who.liv, track.id, world.now).steps[0].is_done

    @pytest.mark.parametrize("who", ["south", "hol"])
    def test_colleagues_elsewhere_find_nothing(self, world: World, who: str):
        actor, track = getattr(colleagues(world), who), passed_on(world)
        with pytest.raises(NotFound):
            take(world, actor, track)

    @pytest.mark.parametrize("who", ["nurse", "coordinator", "leader", "caregiver", "system"])
    def test_others_find_nothing(self, world: World, who: str):
        track = passed_on(world)
        with pytest.raises(NotFound):
            take(world, getattr(world, who), track)

    @pytest.mark.parametrize(
        ("taken", "more", "code"),
        [
            (Taken(Step.ASKED, "by_us", TODAY), {}, "unknown_choice"),
            (Taken(Step.ASKED, "told_us", TODAY + timedelta(days=1)), {}, "step_in_future"),
            (TOLD, {"next_on": TODAY - timedelta(days=1)}, "next_step_passed"),
            (TOLD, {"lead_id": uuid.uuid4()}, "not_a_colleague_here"),
        ],
    )
    def test_refusals_change_nothing(
        self, world: World, taken: Taken, more: dict[str, object], code: str
    ):
        who, track = colleagues(world), passed_on(world)
        with pytest.raises(NotPossible) as refusal:
            take(world, who.liv, track, taken, **more)
        assert refusal.value.code == code
        with use_actor(world.system):
            assert ChildStep.objects.count() == 0


class TestCorrectAndClose:
    def test_what_is_known_can_be_corrected(self, world: World):
        who, track = colleagues(world), passed_on(world)
        with use_actor(who.liv):
            child = Child("Ada", 2012, Kin.SIBLING)
            operations.correct_child(actor=who.liv, now=world.now, track_id=track.id, child=child)
            line = queries.get_track(who.liv, track.id, world.now).line
        assert (line.child_name, line.birth_year, line.kin) == ("Ada", 2012, Kin.SIBLING)

    def test_a_closed_track_is_read_and_never_written(self, world: World):
        who, track = colleagues(world), passed_on(world)
        with use_actor(who.liv):
            operations.close_track(actor=who.liv, now=world.now, track_id=track.id, how=Ending.DONE)
            page = queries.get_track(who.liv, track.id, world.now)
            assert (page.may_act, page.closed_how) == (False, "done")
            assert queries.list_tracks(who.liv, world.now) == []
            closed = queries.list_tracks(who.liv, world.now, is_closed=True)
            assert [line.id for line in closed] == [track.id]
        with pytest.raises(NotPossible) as refusal:
            take(world, who.liv, track)
        assert refusal.value.code == "child_track_closed"
        assert facts_of(world) == ["ChildPassedOn", "ChildTrackClosed"]


class TestList:
    def test_counts_and_order(self, world: World):
        who = colleagues(world)
        late, due, new = (passed_on(world, name) for name in ("Late", "Due", "New"))
        take(world, who.liv, due, next_on=TODAY + timedelta(days=2))
        take(world, who.liv, late, next_on=TODAY)
        with use_actor(world.system):
            ChildTrack.objects.filter(id=late.id).update(next_on=TODAY - timedelta(days=1))
        with use_actor(who.liv):
            lines = queries.list_tracks(who.liv, world.now)
            assert [line.id for line in lines] == [late.id, new.id, due.id]
            counts = queries.count_tracks(who.liv, world.now)
            assert (counts.overdue, counts.new, counts.due, counts.open) == (1, 1, 1, 3)
            only = queries.list_tracks(who.liv, world.now, state=State.DUE)
            assert [line.id for line in only] == [due.id]

    def test_as_many_queries_for_three_as_for_one(
        self, world: World, django_assert_num_queries: Any
    ):
        who = colleagues(world)
        passed_on(world, "A")
        with use_actor(who.liv), django_assert_num_queries(2):
            queries.list_tracks(who.liv, world.now)
        passed_on(world, "B")
        passed_on(world, "C")
        with use_actor(who.liv), django_assert_num_queries(2):
            queries.list_tracks(who.liv, world.now)

    def test_names_of_colleagues_are_not_for_citizens(self, world: World):
        colleagues(world)
        with use_actor(world.nurse):
            found = queries.list_responsible(world.nurse, world.north.id, world.now)
            assert [card.name for card in found] == ["Liv Aas"]
        with use_actor(world.caregiver):
            assert queries.list_responsible(world.caregiver, world.north.id, world.now) == []


def test_no_name_of_a_child_is_in_the_log_or_a_fact(world: World):
    who, track = colleagues(world), passed_on(world)
    take(world, who.liv, track)
    with use_actor(world.system):
        rows = [*Entry.objects.values(), *StoredFact.objects.values()]
    assert NAME not in str(rows)
