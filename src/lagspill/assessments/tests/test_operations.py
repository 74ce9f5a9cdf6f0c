"""Asking, answering, sharing and ringing: the rows, the log, the facts, and that no answer stands in any of them."""

from __future__ import annotations

import json
import logging
import uuid
from datetime import date, timedelta

import pytest

from lagspill.assessments import demo, operations, queries
from lagspill.assessments.models import Answer, CheckInRequest
from lagspill.assessments.rules import Change, Outcome, State
from lagspill.audit.models import Entry, StoredFact
from lagspill.dispatch.events import MessageFailed
from lagspill.dispatch.models import OutboxMessage
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import operations as people
from lagspill.people.models import AudienceChange, Item, Person
from lagspill.people.rules import Channel, Reach
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_caregiver

ALL = {"rest": 3, "own_time": 2, "alone": 4, "unease": 1, "own_life": 2}
SOME = {"rest": 3, "alone": 4}


@pytest.fixture(autouse=True)
def mail(settings, tmp_path):
    """E-mail is set up."""
    settings.MAIL_URL = f"maildir://{tmp_path}/mail"


def ask(world: World, actor: Actor | None = None) -> CheckInRequest:
    actor = actor or world.coordinator
    with use_actor(actor):
        return operations.ask_check_in(actor=actor, now=world.now, file_id=world.file.id)


def submit(world: World, answers=ALL, *, wants_call=False, sheet=None, now=None) -> operations.Sent:
    with use_actor(world.caregiver):
        return operations.submit_check_in(
            actor=world.caregiver,
            now=now or world.now,
            file_id=world.file.id,
            answers=answers,
            wants_call=wants_call,
            sheet=sheet,
        )


def save(world: World, sheet: uuid.UUID, answers, closing="") -> None:
    with use_actor(world.caregiver):
        operations.save_check_in(
            actor=world.caregiver,
            now=world.now,
            file_id=world.file.id,
            sheet=sheet,
            answers=answers,
            closing=closing,
        )


def ring(world: World, request_id: uuid.UUID, outcome: Outcome, actor=None) -> CheckInRequest:
    actor = actor or world.coordinator
    with use_actor(actor):
        return operations.record_call(
            actor=actor, now=world.now, request_id=request_id, outcome=outcome
        )


def told(world: World, *names: str) -> list[tuple[str, dict]]:
    """Facts of these types, oldest first, without the municipality."""
    with use_actor(world.system):
        rows = StoredFact.objects.filter(type__in=names).order_by("id")
        return [
            (row.type, {k: v for k, v in row.payload.items() if k != "municipality"})
            for row in rows
        ]


def logged(world: World, verb: str) -> list[tuple]:
    with use_actor(world.system):
        return list(
            Entry.objects.filter(verb=verb).order_by("id").values_list("actor_id", "act", "object_id", "file_id")
        )  # fmt: skip  # one row a line


def set_reach(world: World, reach: Reach) -> None:
    with use_actor(world.coordinator):
        people.set_reach(actor=world.coordinator, now=world.now, file=world.file, reach=reach)


# --- asking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "nurse"])
def test_asking_queues_a_notice_and_opens_a_question(world: World, who: str) -> None:
    actor = getattr(world, who)
    request = ask(world, actor)
    assert (request.kind, request.why, request.channel, request.state, request.due_on) == (
        "check_in", "well_being", "portal", "open", None,
    )  # fmt: skip  # the whole in one look
    assert request.asked_by == actor.id
    with use_actor(world.system):
        assert [(m.notice, m.file_id) for m in OutboxMessage.objects.all()] == [
            ("check_in", world.file.id)
        ]
    assert told(world, "CheckInAsked") == [
        ("CheckInAsked", {
            "file_id": str(world.file.id),
            "request_id": str(request.id),
            "unit_id": str(world.north.id),
            "needs_call": False,
        })
    ]  # fmt: skip  # the fact as it is
    assert logged(world, "ask_check_in") == [(actor.id, "write", request.id, world.file.id)]


@pytest.mark.parametrize(
    "reach",
    [
        Reach(Channel.PHONE, phone="90000001"),
        Reach(Channel.PHONE, phone="90000001", email="a@example.no", blocked=frozenset({Channel.EMAIL})),
    ],
    ids=["no e-mail", "e-mail blocked"],
)  # fmt: skip  # one case a line
def test_without_safe_email_the_question_becomes_a_call(world: World, reach: Reach) -> None:
    set_reach(world, reach)
    request = ask(world)
    assert (request.kind, request.why, request.channel) == ("call", "no_email", "phone")
    assert request.due_on == date(2026, 11, 27)
    assert told(world, "CheckInAsked")[0][1]["needs_call"] is True
    with use_actor(world.system):
        assert not OutboxMessage.objects.exists()


def test_who_has_no_sign_in_yet_is_rung_and_sent_no_email(world: World) -> None:
    with use_actor(world.system):
        file, _, _ = add_caregiver(
            name="Per Haugen", care_recipient=world.care_recipient_person, unit=world.north, now=world.now
        )  # fmt: skip  # one call
    with use_actor(world.coordinator):
        request = operations.ask_check_in(actor=world.coordinator, now=world.now, file_id=file.id)
    assert (request.kind, request.why) == ("call", "no_sign_in")


def test_nobody_is_asked_twice(world: World) -> None:
    first, second = ask(world), ask(world, world.nurse)
    assert first.id == second.id
    assert len(told(world, "CheckInAsked")) == 1
    assert len(logged(world, "ask_check_in")) == 1


@pytest.mark.parametrize(
    "who", ["other_nurse", "leader", "admin", "stranger", "care_recipient", "caregiver"]
)
def test_others_cannot_ask(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        ask(world, getattr(world, who))
    assert told(world, "CheckInAsked") == []


def test_a_child_under_sixteen_is_not_asked(world: World) -> None:
    with use_actor(world.system):
        Person.objects.filter(id=world.caregiver_person.id).update(
            birth_on=None, age_group="under_16"
        )
    with pytest.raises(NotPossible) as refused:
        ask(world)
    assert refused.value.code == "child_track_only"


@pytest.mark.parametrize("asks", [True, False])
def test_registration_asks_only_when_wished(world: World, asks: bool) -> None:
    with use_actor(world.nurse):
        person = people.add_person(actor=world.nurse, now=world.now, name="Lise Haugen")
        made = people.register_caregiver(
            actor=world.nurse,
            now=world.now,
            caregiver=person,
            care_recipient=world.care_recipient_person,
            code="spouse",
            unit_id=world.north.id,
            reach=Reach(Channel.PHONE, phone="90000009"),
            asks_check_in=asks,
        )
        rows = list(CheckInRequest.objects.filter(file_id=made.file_id))
    assert [(row.kind, row.why, row.asked_by) for row in rows] == (
        [("call", "no_sign_in", None)] if asks else []
    )


def test_an_undelivered_notice_makes_a_call_of_the_question(world: World) -> None:
    request = ask(world)
    fact = MessageFailed(
        world.file.municipality_id, world.file.id, uuid.uuid4(), "check_in", "refused"
    )
    with use_actor(world.system):
        for _ in range(2):
            facts.announce(fact, now=world.now)
        row = CheckInRequest.objects.get()
    assert (row.id, row.kind, row.why, row.due_on) == (
        request.id, "call", "no_email", date(2026, 11, 27),
    )  # fmt: skip  # the whole in one look
    assert [payload["needs_call"] for _, payload in told(world, "CheckInAsked")] == [False, True]


def test_an_undelivered_notice_of_others_is_not_ours(world: World) -> None:
    ask(world)
    fact = MessageFailed(
        world.file.municipality_id, world.file.id, uuid.uuid4(), "message", "refused"
    )
    with use_actor(world.system):
        facts.announce(fact, now=world.now)
        assert CheckInRequest.objects.get().kind == "check_in"


# --- answering --------------------------------------------------------------------------------------------------------


def test_what_is_begun_is_mine_and_found_again(world: World) -> None:
    sheet = uuid.uuid4()
    save(world, sheet, {"rest": 1})
    save(world, sheet, SOME, closing="not_now")
    with use_actor(world.caregiver):
        begun = queries.find_begun(world.caregiver, world.file.id, world.now)
        item = Item.objects.get(kind="check_in")
    assert begun == queries.Begun(sheet, SOME, "not_now", world.now)
    assert (item.audience, item.about, item.author_person_id) == (
        "mine", "caregiver", world.caregiver_person.id,
    )  # fmt: skip  # the whole in one look
    with use_actor(world.coordinator):
        assert queries.list_check_ins(world.coordinator, world.file.id, world.now) == []
        assert queries.find_begun(world.coordinator, world.file.id, world.now) is None
    assert told(world, "CheckInAnswered", "ItemPlaced") == []


def test_a_second_device_takes_nothing_away(world: World) -> None:
    save(world, uuid.uuid4(), {"rest": 1, "alone": 2})
    save(world, uuid.uuid4(), {"alone": 4})
    with use_actor(world.caregiver):
        assert Answer.objects.get().answers == {"rest": 1, "alone": 4}


def test_sending_counts_and_stays_with_the_caregiver(world: World) -> None:
    sheet = uuid.uuid4()
    save(world, sheet, {"rest": 3})
    sent = submit(world, sheet=sheet)
    with use_actor(world.caregiver):
        view = queries.get_own_check_in(world.caregiver, sent.answer_id, world.now)
    assert (view.score, view.highest, view.audience, view.wants_call) == (12, 20, "mine", False)
    assert [str(line.answer) for line in view.lines] == [
        "Ofte", "Av og til", "Nesten hele tiden", "Sjelden", "Av og til",
    ]  # fmt: skip  # the answers in order
    assert sent.request_id is None
    assert told(world, "CheckInAnswered", "CallRequested") == [
        ("CheckInAnswered", {
            "file_id": str(world.file.id),
            "answer_id": str(sent.answer_id),
            "unit_id": str(world.north.id),
        })
    ]  # fmt: skip  # the fact as it is
    assert logged(world, "submit_check_in") == [
        (world.caregiver.id, "write", sent.answer_id, world.file.id)
    ]


def test_skipping_a_question_gives_no_sum(world: World) -> None:
    sent = submit(world, SOME)
    with use_actor(world.caregiver):
        row = Answer.objects.get(id=sent.answer_id)
        assert row.score is None
        assert (
            queries.get_trend(queries.list_check_ins(world.caregiver, world.file.id, world.now))
            is None
        )


def test_a_sheet_sent_twice_or_saved_late_is_one_answer(world: World) -> None:
    sheet = uuid.uuid4()
    first = submit(world, sheet=sheet, wants_call=True)
    again = submit(world, {"rest": 0}, sheet=sheet, wants_call=True)
    save(world, sheet, {"rest": 0})
    assert again.answer_id == first.answer_id
    with use_actor(world.caregiver):
        assert Answer.objects.get().answers == ALL
        assert CheckInRequest.objects.count() == 1
    assert len(told(world, "CheckInAnswered")) == len(told(world, "CallRequested")) == 1


def test_a_sheet_of_another_file_is_nothing_to_this_one(world: World) -> None:
    sheet = uuid.uuid4()
    submit(world, sheet=sheet)
    with pytest.raises(NotFound), use_actor(world.care_recipient):
        operations.save_check_in(
            actor=world.care_recipient, now=world.now, file_id=world.file.id, sheet=sheet, answers=SOME
        )  # fmt: skip  # one call


@pytest.mark.parametrize("who", ["coordinator", "nurse", "care_recipient", "stranger"])
def test_nobody_answers_for_the_caregiver(world: World, who: str) -> None:
    actor = getattr(world, who)
    with pytest.raises(NotFound), use_actor(actor):
        operations.submit_check_in(
            actor=actor, now=world.now, file_id=world.file.id, answers=ALL, wants_call=False
        )


@pytest.mark.parametrize(
    ("answers", "code"),
    [({}, "nothing_answered"), ({"rest": 9}, "answer_unknown"), ({"weight": 1}, "answer_unknown")],
)
def test_what_cannot_be_sent_leaves_nothing(world: World, answers, code: str) -> None:
    with pytest.raises(NotPossible) as refused:
        submit(world, answers)
    assert refused.value.code == code
    with use_actor(world.caregiver):
        assert not Answer.objects.exists()
        assert not Item.objects.filter(kind="check_in").exists()


def test_answering_ends_the_question_and_takes_the_call_for_it_off_the_list(world: World) -> None:
    set_reach(world, Reach(Channel.PHONE, phone="90000001"))
    request = ask(world)
    submit(world)
    with use_actor(world.system):
        row = CheckInRequest.objects.get()
    assert (row.id, row.state, row.ended_at) == (request.id, "answered", world.now)
    assert [payload["request_id"] for _, payload in told(world, "CallMade")] == [str(request.id)]


# --- a wish for a call ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [ALL, SOME, {}], ids=["all", "some", "nothing"])
def test_a_yes_becomes_a_call_whatever_was_answered(world: World, answers) -> None:
    sent = submit(world, answers, wants_call=True)
    assert (sent.answer_id is None) == (not answers)
    with use_actor(world.coordinator):
        row = CheckInRequest.objects.get()
        assert queries.list_check_ins(world.coordinator, world.file.id, world.now) == []
    assert (row.id, row.kind, row.why, row.asked_by, row.due_on) == (
        sent.request_id, "call", "asked", None, date(2026, 11, 27),
    )  # fmt: skip  # the whole in one look
    assert told(world, "CallRequested") == [
        ("CallRequested", {
            "file_id": str(world.file.id),
            "request_id": str(row.id),
            "unit_id": str(world.north.id),
        })
    ]  # fmt: skip  # the fact as it is


def test_the_call_is_promised_over_a_weekend_in_working_days(world: World) -> None:
    submit(world, {}, wants_call=True, now=world.now + timedelta(days=1))
    with use_actor(world.caregiver):
        assert CheckInRequest.objects.get().due_on == date(2026, 11, 30)


def test_a_wish_takes_over_the_call_that_stood_there(world: World) -> None:
    set_reach(world, Reach(Channel.PHONE, phone="90000001"))
    request = ask(world)
    sent = submit(world, wants_call=True)
    assert sent.request_id == request.id
    with use_actor(world.system):
        row = CheckInRequest.objects.get()
    assert (row.why, row.state) == ("asked", "open")
    assert told(world, "CallMade") == []


def test_who_waits_for_a_call_is_not_put_on_the_list_again(world: World) -> None:
    wished = submit(world, {}, wants_call=True).request_id
    set_reach(world, Reach(Channel.PHONE, phone="90000001"))
    assert ask(world).id == wished
    assert told(world, "CheckInAsked") == []


@pytest.mark.parametrize("who", ["coordinator", "care_recipient", "stranger"])
def test_only_the_caregiver_wishes_for_a_call(world: World, who: str) -> None:
    actor = getattr(world, who)
    with pytest.raises(NotFound), use_actor(actor):
        operations.ask_for_call(actor=actor, now=world.now, file_id=world.file.id)


# --- sharing ----------------------------------------------------------------------------------------------------------


def readers(world: World, answer_id, is_shared: bool, actor=None) -> None:
    actor = actor or world.caregiver
    with use_actor(actor):
        operations.set_check_in_readers(
            actor=actor, now=world.now, answer_id=answer_id, is_shared=is_shared
        )


def test_sharing_and_taking_back_say_who_reads(world: World) -> None:
    sent = submit(world)
    for is_shared in (True, True, False, True):
        readers(world, sent.answer_id, is_shared)
        with use_actor(world.coordinator):
            seen = queries.list_check_ins(world.coordinator, world.file.id, world.now)
        assert [view.id for view in seen] == ([sent.answer_id] if is_shared else [])
    with use_actor(world.caregiver):
        changes = list(AudienceChange.objects.order_by("id").values_list("old", "new", "sentence"))
    talk = "Dette kan leses av deg og Kari Moe, men ikke av Arne Haugen."
    mine = "Dette kan bare leses av deg."
    assert changes == [("mine", "talk", talk), ("talk", "mine", mine), ("mine", "talk", talk)]


@pytest.mark.parametrize("who", ["coordinator", "nurse", "care_recipient", "stranger"])
def test_nobody_else_changes_who_reads(world: World, who: str) -> None:
    sent = submit(world)
    readers(world, sent.answer_id, True)
    for is_shared in (True, False):
        with pytest.raises(NotFound):
            readers(world, sent.answer_id, is_shared, getattr(world, who))
    with use_actor(world.caregiver):
        assert Item.objects.get(kind="check_in").audience == "talk"


def test_what_is_begun_cannot_be_shared(world: World) -> None:
    save(world, uuid.uuid4(), SOME)
    with use_actor(world.caregiver):
        begun = Answer.objects.get().id
    with pytest.raises(NotFound):
        readers(world, begun, True)


# --- ringing ----------------------------------------------------------------------------------------------------------


def test_not_reached_keeps_the_call_and_counts(world: World) -> None:
    call = submit(world, {}, wants_call=True).request_id
    for tries in (1, 2):
        row = ring(world, call, Outcome.NOT_REACHED)
        assert (row.state, row.tries, row.outcome, row.tried_at) == (
            State.OPEN, tries, "not_reached", world.now,
        )  # fmt: skip  # the whole in one look
    assert told(world, "CallMade") == []
    row = ring(world, call, Outcome.REACHED)
    assert (row.state, row.tries, row.ended_by) == (State.MADE, 3, world.coordinator.id)
    assert told(world, "CallMade") == [
        ("CallMade", {"file_id": str(world.file.id), "request_id": str(call)})
    ]
    assert (
        logged(world, "record_call") == [(world.coordinator.id, "write", call, world.file.id)] * 3
    )


@pytest.mark.parametrize(
    ("outcome", "state"), [(Outcome.BY_ANOTHER, "made"), (Outcome.NOT_WANTED, "closed")]
)
def test_other_outcomes_take_it_off_the_list_once(world: World, outcome, state: str) -> None:
    call = submit(world, {}, wants_call=True).request_id
    row = ring(world, call, outcome)
    assert (row.state, row.tries) == (state, 0)
    with pytest.raises(NotPossible) as refused:
        ring(world, call, Outcome.REACHED)
    assert refused.value.code == "already_done"
    assert len(told(world, "CallMade")) == 1


@pytest.mark.parametrize("who", ["nurse", "other_nurse", "leader", "stranger", "caregiver"])
def test_only_the_files_staff_record_a_call(world: World, who: str) -> None:
    call = submit(world, {}, wants_call=True).request_id
    with pytest.raises(NotFound):
        ring(world, call, Outcome.REACHED, getattr(world, who))
    with pytest.raises(NotFound), use_actor(getattr(world, who)):
        queries.get_call(getattr(world, who), call, world.now)


def test_a_question_in_the_portal_is_no_call(world: World) -> None:
    request = ask(world)
    with pytest.raises(NotFound):
        ring(world, request.id, Outcome.REACHED)


def test_after_a_call_the_next_wish_is_a_new_one(world: World) -> None:
    first = submit(world, {}, wants_call=True).request_id
    ring(world, first, Outcome.REACHED)
    assert submit(world, {}, wants_call=True).request_id != first


# --- over time, and what is not told ----------------------------------------------------------------------------------


def test_trend_tells_what_became_of_the_sum(world: World) -> None:
    with use_actor(world.caregiver):
        demo.answer_over_time(
            actor=world.caregiver,
            now=world.now,
            file_id=world.file.id,
            given=[
                (180, [4, 4, 4, 4, 4]),
                (90, [3, 3, 3, 3, 3]),
                (60, [1, 1]),
                (10, [3, 3, 3, 3, 4]),
            ],
        )
    with use_actor(world.coordinator):
        seen = queries.list_check_ins(world.coordinator, world.file.id, world.now)
    trend = queries.get_trend(seen)
    assert trend is not None
    assert [point.value for point in trend.chart.points] == [20, 15, 16]
    assert (trend.first, trend.previous, trend.last) == (20, 15, 16)
    assert (trend.since_first, trend.since_previous) == (Change.LIGHTER, Change.HEAVIER)
    assert [view.score for view in seen] == [16, None, 15, 20]


def test_one_alone_is_compared_with_nothing(world: World) -> None:
    submit(world)
    with use_actor(world.caregiver):
        trend = queries.get_trend(queries.list_check_ins(world.caregiver, world.file.id, world.now))
    assert trend is not None
    assert (trend.previous, trend.since_first, trend.since_previous) == (
        None,
        Change.FIRST,
        Change.FIRST,
    )


def test_reads_are_logged_with_ids_only(world: World) -> None:
    sent = submit(world)
    readers(world, sent.answer_id, True)
    with use_actor(world.coordinator):
        queries.list_check_ins(world.coordinator, world.file.id, world.now)
        row = Entry.objects.get(verb="list_check_ins")
    assert (row.act, row.actor_id, row.object_ids, row.file_id) == (
        "read", world.coordinator.id, [sent.answer_id], world.file.id,
    )  # fmt: skip  # the whole in one look


def test_no_answer_and_no_sum_leaves_the_answers_own_table(world: World, caplog) -> None:
    """The canary: every key, value and sum of the answers, looked for in logs, log rows, facts, outbox and requests."""
    caplog.set_level(logging.DEBUG)
    ask(world)
    sent = submit(world, wants_call=True)
    readers(world, sent.answer_id, True)
    ring(world, sent.request_id, Outcome.NOT_REACHED)
    with use_actor(world.system):
        assert Answer.objects.get().score == 12
        facts_told = json.dumps(list(StoredFact.objects.values_list("type", "payload")))
        entries = list(Entry.objects.filter(file_id=world.file.id).values())
        outbox = list(OutboxMessage.objects.values())
        requests = list(CheckInRequest.objects.values())
    elsewhere = "\n".join([facts_told, str(entries), str(outbox), str(requests)])
    for key in (*ALL, 'score": ', 'answers": '):
        assert key not in facts_told
        assert key not in caplog.text
        assert f"'{key}'" not in str(outbox) + str(requests) + str(entries)
    assert str(sent.answer_id) in elsewhere  # ids are there: we looked in the right place
    assert {tuple(row["fields"]) for row in entries if row["noun"] == "check_in"} <= {
        ("answers",), ("answers", "score"), ("audience",), (),
    }  # fmt: skip  # names of fields, never their values
    numbers = {value for row in requests for value in row.values() if isinstance(value, int)}
    assert numbers == {0, 1}  # tries


def test_dispatch_knows_no_more_than_that_there_is_a_message(world: World) -> None:
    ask(world)
    with use_actor(world.system):
        row = OutboxMessage.objects.get()
    assert (row.notice, row.place) == ("check_in", "egen-sjekk")
