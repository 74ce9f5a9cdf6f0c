"""Who reads an answer, asks, and sees a call: both faces side by side, and the database's own lock under them."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.assessments import operations, policy
from lagspill.assessments.models import Answer, CheckInRequest
from lagspill.assessments.rules import Kind, Why
from lagspill.people import operations as people
from lagspill.people import policy as people_policy
from lagspill.people.models import FileParty, Item, ItemRelation
from lagspill.tenancy.scope import use_actor
from tests.world import World

READERS = {
    "caregiver": {"mine", "talk"},
    "coordinator": {"talk"},
    "nurse": set(),
    "other_nurse": set(),
    "leader": set(),
    "admin": set(),
    "stranger": set(),
    "care_recipient": set(),
}
ASKERS = {"coordinator", "nurse", "system"}
CALLERS = {"coordinator", "caregiver", "system"}
ALL = {"rest": 3, "own_time": 2, "alone": 4, "unease": 1, "own_life": 2}


def answer(world: World, *, is_shared: bool, wants_call: bool = False) -> Answer:
    with use_actor(world.caregiver):
        sent = operations.submit_check_in(
            actor=world.caregiver,
            now=world.now,
            file_id=world.file.id,
            answers=ALL,
            wants_call=wants_call,
        )
        if is_shared:
            operations.set_check_in_readers(
                actor=world.caregiver, now=world.now, answer_id=sent.answer_id, is_shared=True
            )
        return Answer.objects.select_related("item", "file").get(id=sent.answer_id)


@pytest.mark.parametrize("who", READERS)
def test_an_answer_is_read_by_its_rung_and_both_faces_agree(world: World, who: str) -> None:
    made = {"mine": answer(world, is_shared=False), "talk": answer(world, is_shared=True)}
    actor = getattr(world, who)
    with use_actor(actor):
        seen = set(policy.visible_answers(actor, world.now).values_list("id", flat=True))
        listed = {rung for rung, row in made.items() if row.id in seen}
        single = {
            rung for rung, row in made.items() if policy.can_read_answer(actor, row, world.now)
        }
    assert listed == READERS[who]
    assert single == READERS[who]


@pytest.mark.parametrize("who", [*READERS, "system"])
def test_who_may_ask_and_both_faces_agree(world: World, who: str) -> None:
    actor = getattr(world, who)
    with use_actor(world.system):
        relation = Item.objects.select_related("file").get(id=world.relation.item_id)
    with use_actor(actor):
        listed = policy.visible_askable(actor, world.now).filter(id=relation.id).exists()
        single = bool(policy.can_ask(actor, relation, world.now))
    assert (listed, single) == (who in ASKERS, who in ASKERS)


def test_nobody_asks_about_a_file_that_is_closed(world: World) -> None:
    with use_actor(world.system):
        world.file.closed_at = world.now
        world.file.save(update_fields=["closed_at"])
        relation = Item.objects.select_related("file").get(id=world.relation.item_id)
    for who in sorted(ASKERS):
        actor = getattr(world, who)
        with use_actor(actor):
            assert not policy.visible_askable(actor, world.now).exists()
            assert not policy.can_ask(actor, relation, world.now)


def test_an_answer_is_no_relation_to_ask_by(world: World) -> None:
    item = answer(world, is_shared=True).item
    with use_actor(world.coordinator):
        assert people_policy.can_read_item(world.coordinator, item, world.now)
        assert not policy.can_ask(world.coordinator, item, world.now)


@pytest.mark.parametrize("who", [*READERS, "system"])
def test_who_sees_a_call_and_both_faces_agree(world: World, who: str) -> None:
    answer(world, is_shared=False, wants_call=True)
    with use_actor(world.system):
        request = CheckInRequest.objects.select_related("file").get()
    actor = getattr(world, who)
    with use_actor(actor):
        listed = policy.visible_requests(actor, world.now).filter(id=request.id).exists()
        single = bool(policy.can_see_request(actor, request, world.now))
    assert (listed, single) == (who in CALLERS, who in CALLERS)


@pytest.mark.parametrize("who", [*READERS, "system"])
def test_who_asked_for_a_call_while_serving_sees_it_and_no_colleague_does(
    world: World, who: str
) -> None:
    with use_actor(world.system):
        request = CheckInRequest.objects.create(
            file=world.file,
            unit=world.north,
            kind=Kind.CALL.value,
            why=Why.NO_EMAIL.value,
            channel="phone",
            asked_by=world.nurse.id,
            asked_at=world.now,
            due_on=world.now.date(),
        )
        question = CheckInRequest.objects.create(
            file=world.file,
            unit=world.north,
            kind=Kind.CHECK_IN.value,
            why=Why.WELL_BEING.value,
            channel="portal",
            asked_by=world.nurse.id,
            asked_at=world.now,
        )
    actor = getattr(world, who)
    with use_actor(actor):
        for row, seen in ((request, {*CALLERS, "nurse"}), (question, CALLERS)):
            listed = policy.visible_requests(actor, world.now).filter(id=row.id).exists()
            single = bool(policy.can_see_request(actor, row, world.now))
            assert (listed, single) == (who in seen, who in seen)


@pytest.mark.parametrize("why", [Why.ASKED, Why.NO_EMAIL])
@pytest.mark.parametrize("who", ["caregiver", "coordinator", "care_recipient"])
def test_only_the_caregiver_takes_back_a_wish_and_only_a_wish(
    world: World, who: str, why: Why
) -> None:
    with use_actor(world.system):
        request = CheckInRequest.objects.create(
            file=world.file,
            unit=world.north,
            kind=Kind.CALL.value,
            why=why.value,
            channel="phone",
            asked_at=world.now,
            due_on=world.now.date(),
        )
    actor = getattr(world, who)
    with use_actor(actor):
        can = bool(policy.can_cancel_call(actor, request, world.now))
    assert can == (who == "caregiver" and why is Why.ASKED)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rungs=st.lists(
        st.tuples(st.sampled_from(["mine", "talk", "service", "shared"]), st.booleans()), max_size=4
    ),
    is_known=st.booleans(),
    who=st.sampled_from(sorted(READERS)),
)
def test_faces_agree_whatever_rung_an_item_stands_on(
    world: World, rungs: list[tuple[str, bool]], is_known: bool, who: str
) -> None:
    """Also on rungs that sharing does not offer, with and without a relation and the care recipient's knowledge."""
    with use_actor(world.system):
        Answer.objects.all().delete()
        world.relation.known_to_recipient_at = world.now if is_known else None
        world.relation.save(update_fields=["known_to_recipient_at"])
        if is_known:
            _let_in(world)
        rows = [_row(world, audience, has_relation) for audience, has_relation in rungs]
    actor = getattr(world, who)
    with use_actor(actor):
        seen = set(policy.visible_answers(actor, world.now).values_list("id", flat=True))
        single = {row.id for row in rows if policy.can_read_answer(actor, row, world.now)}
    assert seen == single


def _row(world: World, audience: str, has_relation: bool) -> Answer:
    item = Item.objects.create(
        file=world.file,
        kind="check_in",
        about="caregiver",
        audience=audience,
        author_person=world.caregiver_person,
        author_capacity="citizen",
        written_at=world.now,
        edited_at=world.now,
    )
    if has_relation:
        ItemRelation.objects.create(file=world.file, item=item, relation=world.relation)
    return Answer.objects.create(
        file=world.file,
        item=item,
        sheet=uuid.uuid4(),
        instrument="egen-sjekk",
        version="1",
        answers=ALL,
        saved_at=world.now,
        answered_at=world.now,
    )


def _let_in(world: World) -> None:
    FileParty.objects.get_or_create(
        file=world.file,
        person=world.care_recipient_person,
        basis="care_recipient",
        defaults={"starts_at": world.now.replace(year=2020)},
    )


def test_the_database_hides_answers_and_calls_from_a_care_recipient_who_is_party_to_the_file(
    world: World,
) -> None:
    rows = [answer(world, is_shared=False, wants_call=True), answer(world, is_shared=True)]
    with use_actor(world.caregiver):
        people.agree_to_relation(
            actor=world.caregiver, now=world.now, relation_id=world.relation.id, how="portal"
        )
    with use_actor(world.system):
        FileParty.objects.filter(basis="care_recipient").update(
            starts_at=world.now.replace(year=2020)
        )
        assert Answer.objects.count() == len(rows)
        assert CheckInRequest.objects.count() == 1
        shared = _row(world, "shared", True)
    with use_actor(world.care_recipient):
        assert Item.objects.filter(id=rows[0].item_id).exists()  # party: the envelope's lock opens
        assert list(Answer.objects.all()) == [shared]
        assert list(CheckInRequest.objects.all()) == []


def test_a_citizen_known_elsewhere_reaches_no_answer_in_the_database(world: World) -> None:
    answer(world, is_shared=True)
    with use_actor(world.stranger):
        assert list(Answer.objects.all()) == []
    with use_actor(world.caregiver):
        assert Answer.objects.count() == 1
