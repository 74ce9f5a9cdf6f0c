"""Each fact opens and clears its work, once, whoever acted and however often it is heard."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from lagspill.access import operations as access
from lagspill.access.models import Membership
from lagspill.agreements import events as agreements
from lagspill.assessments import events as assessments
from lagspill.assessments import operations as assessment_operations
from lagspill.conversations import events as conversations
from lagspill.dispatch.events import MessageFailed
from lagspill.followup.models import WorkItem
from lagspill.followup.rules import Kind
from lagspill.followup.tests.work import add_work
from lagspill.kernel import facts
from lagspill.kernel.facts import Fact
from lagspill.people import events as people
from lagspill.people.models import File, Person
from lagspill.promises import events as promises
from lagspill.tenancy.models import Municipality
from lagspill.tenancy.scope import use_actor
from tests.world import World

ONE, TWO, OTHER = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
DAY, LATER = date(2026, 12, 9), date(2026, 12, 16)
Make = Callable[[World], Fact]


def head(world: World) -> tuple[str, uuid.UUID]:
    return world.file.municipality_id, world.file.id


def asked(world: World) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    return world.relation.id, world.care_recipient_person.id, world.north.id


def answered(world: World, answer: str, **more: object) -> Fact:
    held = {"talk_id": None, "talk_on": None, "needs": (), **more}
    return conversations.InvitationAnswered(
        *head(world), ONE, world.north.id, world.coordinator.id, answer, **held
    )


FACTS: dict[str, Make] = {
    "registered": lambda w: people.CaregiverRegistered(
        *head(w), w.relation.id, w.north.id, "staff", None
    ),
    "imported": lambda w: people.CaregiverRegistered(
        *head(w), w.relation.id, w.root.id, "import", None
    ),
    "imported_north": lambda w: people.CaregiverRegistered(
        *head(w), w.relation.id, w.north.id, "import", None
    ),
    "contacted": lambda w: people.RelationMoved(*head(w), w.relation.id, "identified", "contacted"),
    "identified": lambda w: people.RelationMoved(
        *head(w), w.relation.id, "suspected", "identified"
    ),
    "to_be_told": lambda w: people.ToBeTold(*head(w), w.relation.id, w.north.id, DAY),
    "told": lambda w: people.RegisteredTold(*head(w), w.relation.id),
    "duplicate": lambda w: people.PossibleDuplicate(*head(w), OTHER, w.north.id),
    "unasked": lambda w: people.ConsentNotAsked(*head(w), *asked(w)),
    "consent_no": lambda w: people.ConsentDeclined(*head(w), *asked(w), None),
    "consent_later": lambda w: people.ConsentDeclined(*head(w), *asked(w), DAY),
    "consent": lambda w: people.ConsentGiven(
        w.file.municipality_id, w.care_recipient_person.id, (w.relation.id,)
    ),
    "relation_ended": lambda w: people.RelationMoved(
        *head(w), w.relation.id, "followed_up", "ended"
    ),
    "failed": lambda w: MessageFailed(*head(w), ONE, "invitation", "address"),
    "closed": lambda w: people.FileClosed(*head(w), "moved"),
    "asked": lambda w: assessments.CheckInAsked(*head(w), ONE, w.north.id, False),
    "asked_by_phone": lambda w: assessments.CheckInAsked(*head(w), ONE, w.north.id, True),
    "call": lambda w: assessments.CallRequested(*head(w), ONE, w.north.id),
    "called": lambda w: assessments.CallMade(*head(w), ONE),
    "invited": lambda w: conversations.InvitationSent(
        *head(w), ONE, w.north.id, w.coordinator.id, "portal", DAY
    ),
    "invited_by_letter": lambda w: conversations.InvitationSent(
        *head(w), ONE, w.north.id, w.coordinator.id, "letter", DAY
    ),
    "invited_by_phone": lambda w: conversations.InvitationSent(
        *head(w), ONE, w.north.id, w.coordinator.id, "phone", DAY
    ),
    "posted": lambda w: conversations.LetterPosted(*head(w), ONE),
    "expired": lambda w: conversations.InvitationExpired(
        *head(w), ONE, w.north.id, w.coordinator.id
    ),
    "taken_back": lambda w: conversations.InvitationCancelled(*head(w), ONE),
    "no": lambda w: answered(w, "no"),
    "later": lambda w: answered(w, "later"),
    "yes": lambda w: answered(w, "yes", talk_id=TWO, talk_on=DAY),
    "yes_some_time": lambda w: answered(w, "yes", talk_id=TWO),
    "yes_with_needs": lambda w: answered(
        w,
        "yes",
        talk_id=TWO,
        talk_on=DAY,
        needs=("interpreter", "stand_in", "transport", "large_print", "dog"),
    ),
    "planned": lambda w: conversations.TalkPlanned(
        *head(w), TWO, w.north.id, w.coordinator.id, LATER
    ),
    "held": lambda w: conversations.TalkHeld(*head(w), TWO, w.north.id, w.coordinator.id),
    "talk_off": lambda w: conversations.TalkCancelled(
        *head(w), TWO, w.north.id, w.coordinator.id, "citizen"
    ),
    "talk_off_by_us": lambda w: conversations.TalkCancelled(
        *head(w), TWO, w.north.id, w.coordinator.id, "staff"
    ),
    "draft_dies": lambda w: conversations.DraftSoonDeleted(*head(w), TWO, w.coordinator.id),
    "proposed": lambda w: agreements.AgreementProposed(
        *head(w), ONE, TWO, w.north.id, w.coordinator.id, "portal"
    ),
    "proposed_by_phone": lambda w: agreements.AgreementProposed(
        *head(w), ONE, TWO, w.north.id, w.coordinator.id, "phone"
    ),
    "change": lambda w: agreements.AgreementChangeAsked(
        *head(w), ONE, TWO, w.north.id, w.coordinator.id
    ),
    "half": lambda w: agreements.CaregiverConfirmed(
        *head(w), ONE, TWO, w.north.id, w.coordinator.id
    ),
    "confirmed": lambda w: agreements.AgreementConfirmed(
        *head(w), ONE, TWO, w.north.id, w.coordinator.id, DAY
    ),
    "ended": lambda w: agreements.AgreementEnded(*head(w), ONE, TWO, "ended_by_caregiver"),
    "declined": lambda w: agreements.AgreementEnded(*head(w), ONE, TWO, "declined"),
    "promised": lambda w: promises.PromiseMade(*head(w), ONE, w.north.id, w.nurse.id, DAY),
    "moved": lambda w: promises.PromiseMoved(*head(w), ONE, w.north.id, w.nurse.id, LATER),
    "overdue": lambda w: promises.PromiseOverdue(*head(w), ONE, w.north.id, w.nurse.id),
    "kept": lambda w: promises.PromiseKept(*head(w), ONE),
    "withdrawn": lambda w: promises.PromiseClosed(*head(w), ONE, "withdrawn"),
    "reported": lambda w: promises.PromiseReported(
        *head(w), ONE, TWO, w.north.id, w.leader.id, DAY
    ),
    "leader_answered": lambda w: promises.ReportAnswered(*head(w), ONE, TWO),
}
TALK = {"prepare_talk", "hold_talk"}
STORIES: list[tuple[str, set[str]]] = [
    ("registered", {"contact_new"}),
    ("imported", {"contact_new", "assign_unit"}),
    ("imported_north", {"contact_new"}),
    ("registered contacted", set()),
    ("registered identified", {"contact_new"}),
    ("registered invited", set()),
    ("to_be_told", {"tell_registered"}),
    ("to_be_told told", set()),
    ("duplicate", {"check_duplicate"}),
    ("unasked", {"ask_consent"}),
    ("unasked consent", set()),
    ("unasked consent_no", set()),
    ("unasked consent_later", {"ask_consent"}),
    ("unasked relation_ended", set()),
    ("failed", {"message_failed"}),
    ("failed asked_by_phone", {"call"}),
    ("call failed", {"call"}),
    ("registered failed promised confirmed closed", set()),
    ("asked", set()),
    ("asked_by_phone", {"call"}),
    ("asked_by_phone called", set()),
    ("call", {"call"}),
    ("call called", set()),
    ("invited_by_letter", {"post_letter"}),
    ("invited_by_letter posted", set()),
    ("invited_by_letter expired", {"answer_overdue"}),
    ("invited_by_phone", {"call_invitation"}),
    ("invited_by_phone no", set()),
    ("invited expired", {"answer_overdue"}),
    ("invited expired taken_back", set()),
    ("invited expired invited", set()),
    ("invited later", {"invite_again"}),
    ("invited later invited", set()),
    ("yes", TALK),
    ("yes_some_time", {"agree_time"}),
    ("yes_some_time planned", TALK),
    (
        "yes_with_needs",
        TALK | {"order_interpreter", "find_stand_in", "arrange_transport", "large_print"},
    ),
    ("yes_with_needs held", {"write_agreement"}),
    ("yes_with_needs talk_off", {"talk_cancelled"}),
    ("yes talk_off invited", set()),
    ("yes talk_off_by_us", set()),
    ("draft_dies", {"draft_dies"}),
    ("held proposed", {"remind_agreement"}),
    ("proposed_by_phone", {"confirm_agreement"}),
    ("proposed change", {"change_agreement"}),
    ("proposed change proposed", {"remind_agreement"}),
    ("proposed half", {"own_confirmation"}),
    ("proposed half confirmed", {"review"}),
    ("confirmed declined", {"review"}),
    ("confirmed ended", set()),
    ("promised", {"promise"}),
    ("promised moved", {"promise"}),
    ("promised overdue", {"promise"}),
    ("promised kept", set()),
    ("promised withdrawn", set()),
    ("reported", {"promise_report"}),
    ("reported leader_answered", set()),
]


def tell(world: World, story: str) -> None:
    """Announce each fact twice, as the one who may have acted: a citizen reaches no work."""
    for name in story.split():
        fact = FACTS[name](world)
        with use_actor(world.caregiver):
            facts.announce(fact, now=world.now)
            facts.announce(fact, now=world.now)


def open_kinds(world: World) -> list[str]:
    with use_actor(world.system):
        rows = WorkItem.objects.filter(closed_at=None, file=world.file).order_by("kind")
        return list(rows.values_list("kind", flat=True))


@pytest.fixture
def world(world: World) -> World:
    """The small world, with the work of its own registration out of the way."""
    with use_actor(world.system):
        WorkItem.objects.filter(file=world.file).delete()
    return world


@pytest.mark.parametrize(("story", "left"), STORIES, ids=[story for story, _ in STORIES])
def test_story_leaves_this_work(world: World, story: str, left: set[str]) -> None:
    tell(world, story)
    assert open_kinds(world) == sorted(left)


#: Opened and cleared in tests of what makes them: items, children, deaths, emergencies, the log, suspected names.
ELSEWHERE = {
    *("agree_item", "read_answer", "send_copy", "second_call", "tell_recorded", "tell_disclosed"),
    *("child_new", "child_step", "minor_helps", "bereaved", "gap", "break_glass", "log_question"),
    "contact_suspected",
}


def test_every_kind_is_opened_by_some_story() -> None:
    told = set().union(*(left for _, left in STORIES))
    assert told | ELSEWHERE == {kind.value for kind in Kind}
    assert not told & ELSEWHERE


def test_every_fact_told_here_is_used() -> None:
    assert {name for story, _ in STORIES for name in story.split()} == set(FACTS)


def due(world: World, kind: Kind) -> date:
    with use_actor(world.system):
        return WorkItem.objects.get(closed_at=None, kind=kind.value).due_on


def test_a_talk_with_another_day_moves_its_work(world: World) -> None:
    tell(world, "yes")
    assert (due(world, Kind.PREPARE_TALK), due(world, Kind.HOLD_TALK)) == (date(2026, 12, 8), DAY)
    tell(world, "planned")
    assert (due(world, Kind.PREPARE_TALK), due(world, Kind.HOLD_TALK)) == (
        date(2026, 12, 15),
        LATER,
    )


def test_a_moved_promise_moves_its_work_and_keeps_its_owner(world: World) -> None:
    tell(world, "promised moved")
    with use_actor(world.system):
        row = WorkItem.objects.get(closed_at=None)
    assert (row.due_on, row.staff_id, row.unit_id) == (LATER, world.nurse.id, world.north.id)


def test_a_question_that_did_not_arrive_becomes_one_call(world: World) -> None:
    with use_actor(world.coordinator):
        ask = assessment_operations.ask_check_in(
            actor=world.coordinator, now=world.now, file_id=world.file.id
        )
    assert (ask.kind, open_kinds(world)) == ("check_in", [])
    with use_actor(world.system):
        fact = MessageFailed(*head(world), ONE, assessment_operations.NOTICE, "refused")
        facts.announce(fact, now=world.now)
    assert open_kinds(world) == ["call"]


@pytest.mark.parametrize("how", ["closed", "died"])
@pytest.mark.parametrize("notice", ["invitation", "check_in"])
def test_nobody_rings_where_nobody_is_to_be_rung(world: World, how: str, notice: str) -> None:
    with use_actor(world.coordinator):
        assessment_operations.ask_check_in(
            actor=world.coordinator, now=world.now, file_id=world.file.id
        )
    with use_actor(world.system):
        if how == "closed":
            File.objects.filter(id=world.file.id).update(closed_at=world.now)
        else:
            Person.objects.filter(id=world.file.caregiver_id).update(died_on=world.now.date())
        assert assessment_operations.NOTICE == "check_in"
        facts.announce(MessageFailed(*head(world), ONE, notice, "refused"), now=world.now)
    assert open_kinds(world) == []


def test_days_are_the_municipalitys_own(world: World) -> None:
    Municipality.objects.filter(number=world.file.municipality_id).update(
        settings={"work_days": {"call": 4}}
    )
    tell(world, "call")
    assert due(world, Kind.CALL) == date(2026, 12, 1)


def test_what_clears_work_is_remembered(world: World) -> None:
    tell(world, "call called")
    with use_actor(world.system):
        row = WorkItem.objects.get()
    assert (row.closed_how, row.closed_at) == ("CallMade", world.now)


def test_a_colleague_who_leaves_leaves_the_work_to_the_role(world: World, now: datetime) -> None:
    with use_actor(world.system):
        held = add_work(world, staff_id=world.nurse.id)
        elsewhere = add_work(world, unit=world.south, staff_id=world.nurse.id)
        membership = Membership.objects.get(staff_id=world.nurse.id)
        access.end_membership(
            actor=world.system, now=now + timedelta(hours=1), membership=membership
        )
        held.refresh_from_db()
        elsewhere.refresh_from_db()
    assert (held.staff_id, elsewhere.staff_id) == (None, world.nurse.id)
