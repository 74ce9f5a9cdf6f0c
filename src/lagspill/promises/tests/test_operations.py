"""Promises made, kept, moved, withdrawn, reported, answered, overdue: effects, facts, refusals."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from lagspill.access.rules import Role
from lagspill.audit.models import Entry, StoredFact
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import operations as people
from lagspill.people.models import Item
from lagspill.people.rules import Audience
from lagspill.promises import operations, queries
from lagspill.promises.models import Promise, PromiseEvent, PromiseReport
from lagspill.promises.operations import Answer
from lagspill.promises.rules import Outcome, Reason
from lagspill.promises.tests.made import WORDS, again, made, reported
from lagspill.tenancy.models import Municipality
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_colleague

MIGRATION = import_module("lagspill.promises.migrations.0004_reports_need_items")
TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)


def facts(world: World) -> list[str]:
    with use_actor(world.system):
        rows = StoredFact.objects.filter(type__regex="^(Promise|Report)").order_by("id")
        return list(rows.values_list("type", flat=True))


def history(world: World, promise: Promise) -> list[str]:
    with use_actor(world.system):
        rows = PromiseEvent.objects.filter(promise=promise).order_by("id")
        return list(rows.values_list("kind", flat=True))


def test_made_twice_on_one_item_it_is_one(world: World) -> None:
    promise = made(world)
    with use_actor(world.system):
        same = operations.make_promise(
            actor=world.system,
            now=world.now,
            file_id=world.file.id,
            item_id=promise.item_id,
            text="noe annet",
            unit_id=world.south.id,
            owner_staff_id=None,
            due_on=TODAY,
        )
    assert (same.id, same.text) == (promise.id, promise.text)
    assert facts(world) == ["PromiseMade"]


@pytest.mark.parametrize("who", ["caregiver", "nurse", "leader", "stranger"])
def test_only_the_files_staff_promise(world: World, who: str) -> None:
    item_id, actor = made(world).item_id, getattr(world, who)
    with use_actor(actor), pytest.raises(NotFound):
        operations.make_promise(
            actor=actor,
            now=world.now,
            file_id=world.file.id,
            item_id=item_id,
            text="x",
            unit_id=world.north.id,
            owner_staff_id=None,
            due_on=TODAY,
        )


def test_staff_promise_nothing_for_yesterday_or_on_an_item_that_is_not_there(world: World) -> None:
    for due_on, error in ((TODAY - DAY, NotPossible), (TODAY, NotFound)):
        with use_actor(world.coordinator), pytest.raises(error):
            operations.make_promise(
                actor=world.coordinator,
                now=world.now,
                file_id=world.file.id,
                item_id=uuid.uuid4(),
                text="x",
                unit_id=world.north.id,
                owner_staff_id=None,
                due_on=due_on,
            )


def test_an_agreement_confirmed_late_is_promised_all_the_same(world: World) -> None:
    assert made(world, due_on=TODAY - DAY).due_on == TODAY - DAY


@pytest.mark.parametrize("who", ["coordinator", "nurse"])
def test_kept_by_file_staff_and_by_the_unit_it_was_given_to(world: World, who: str) -> None:
    promise, actor = made(world), getattr(world, who)
    with use_actor(actor):
        for _ in range(2):
            operations.keep_promise(actor=actor, now=world.now, promise_id=promise.id)
    assert again(world, promise).state == "kept"
    assert history(world, promise) == ["made", "kept"]
    assert facts(world) == ["PromiseMade", "PromiseKept"]
    with use_actor(world.system):
        assert Entry.objects.filter(verb="kept_promise", actor_id=actor.id).count() == 1


@pytest.mark.parametrize("who", ["other_nurse", "leader", "admin", "stranger", "care_recipient"])
def test_for_others_it_is_not_there(world: World, who: str) -> None:
    promise, actor = made(world), getattr(world, who)
    with use_actor(actor):
        for act in (
            lambda: operations.keep_promise(actor=actor, now=world.now, promise_id=promise.id),
            lambda: operations.report_not_followed(
                actor=actor, now=world.now, promise_id=promise.id, words=""
            ),
            lambda: queries.get_promise(actor, promise.id, world.now),
        ):
            with pytest.raises(NotFound):
                act()


def test_the_caregiver_reads_but_does_not_keep(world: World) -> None:
    promise = made(world)
    with use_actor(world.caregiver), pytest.raises(NotAllowed) as refused:
        operations.keep_promise(actor=world.caregiver, now=world.now, promise_id=promise.id)
    assert refused.value.known


def test_moved_with_a_reason_and_no_longer_overdue(world: World) -> None:
    promise = made(world, due_on=TODAY - DAY)
    with use_actor(world.system):
        assert operations.mark_overdue(actor=world.system, now=world.now) == 1
    with use_actor(world.coordinator):
        operations.move_promise(
            actor=world.coordinator,
            now=world.now,
            promise_id=promise.id,
            due_on=TODAY + DAY,
            reason=Reason.ILLNESS,
            version=1,
        )
        with pytest.raises(Stale):
            operations.move_promise(
                actor=world.coordinator,
                now=world.now,
                promise_id=promise.id,
                due_on=TODAY + 9 * DAY,
                reason=Reason.ILLNESS,
                version=1,
            )
        with pytest.raises(NotPossible, match="promise_in_the_past"):
            operations.move_promise(
                actor=world.coordinator,
                now=world.now,
                promise_id=promise.id,
                due_on=TODAY - DAY,
                reason=Reason.ILLNESS,
            )
    row = again(world, promise)
    assert (row.due_on, row.overdue_at, row.version) == (TODAY + DAY, None, 2)
    assert facts(world) == ["PromiseMade", "PromiseOverdue", "PromiseMoved"]


def test_withdrawn_it_is_closed_for_everything(world: World) -> None:
    promise = made(world)
    with use_actor(world.coordinator):
        operations.withdraw_promise(
            actor=world.coordinator,
            now=world.now,
            promise_id=promise.id,
            reason=Reason.CAREGIVER_ASKED,
        )
        with pytest.raises(NotPossible, match="promise_closed"):
            operations.keep_promise(actor=world.coordinator, now=world.now, promise_id=promise.id)
    with use_actor(world.caregiver), pytest.raises(NotPossible, match="promise_withdrawn"):
        operations.report_not_followed(
            actor=world.caregiver, now=world.now, promise_id=promise.id, words=""
        )
    assert facts(world) == ["PromiseMade", "PromiseClosed"]


def test_a_report_reaches_the_leader_with_a_limit_and_is_one(world: World) -> None:
    promise = made(world)
    report = reported(world, promise)
    assert reported(world, promise).id == report.id
    assert (report.leader_staff_id, report.unit_id) == (world.leader.id, world.home_care.id)
    assert report.answer_by == date(2026, 12, 2)
    with use_actor(world.system):
        item = Item.objects.get(id=report.item_id)
        row = StoredFact.objects.get(type="PromiseReported")
    assert (item.audience, item.author_person_id) == ("talk", world.caregiver_person.id)
    assert row.payload["leader_staff_id"] == str(world.leader.id)


def test_the_limit_is_the_municipalitys(world: World) -> None:
    Municipality.objects.filter(number=world.file.municipality_id).update(
        settings={"promise_answer_days": 1}
    )
    assert reported(world, made(world)).answer_by == date(2026, 11, 26)


def test_a_leader_who_keeps_it_does_not_answer_for_it(world: World) -> None:
    with use_actor(world.system):
        director = add_colleague(
            name="Siv Berg", role=Role.DIRECTOR, unit=world.root, now=world.now
        )
    report = reported(world, made(world, owner_staff_id=world.leader.id))
    assert (report.leader_staff_id, report.unit_id) == (director.id, world.root.id)
    with use_actor(world.leader):
        page = queries.get_promise(world.leader, report.promise_id, world.now)
    assert (page.reports, page.promise.shown) == ((), "open")


def test_without_any_leader_it_waits_with_the_topmost_unit(world: World) -> None:
    report = reported(world, made(world, owner_staff_id=world.leader.id))
    assert (report.leader_staff_id, report.unit_id) == (None, world.root.id)


def test_a_new_leader_of_the_unit_takes_over_what_the_old_one_owed(world: World) -> None:
    report = reported(world, made(world))
    with use_actor(world.system):
        new = add_colleague(
            name="Siv Berg", role=Role.UNIT_LEADER, unit=world.home_care, now=world.now
        )
    with use_actor(new):
        operations.answer_report(actor=new, now=world.now, report_id=report.id, answer="Beklager.")


def test_staff_take_a_report_down_on_the_telephone(world: World) -> None:
    promise = made(world)
    with use_actor(world.coordinator):
        report = operations.report_not_followed(
            actor=world.coordinator, now=world.now, promise_id=promise.id, words=WORDS
        )
    with use_actor(world.caregiver):
        page = queries.get_promise(world.caregiver, promise.id, world.now)
    assert [row.words for row in page.reports] == [WORDS]
    assert report.leader_staff_id == world.leader.id


def answered(world: World, answer: Answer) -> tuple[Promise, PromiseReport]:
    promise = made(world)
    report = reported(world, promise)
    with use_actor(world.leader):
        report = operations.answer_report(
            actor=world.leader, now=world.now, report_id=report.id, answer=answer
        )
    return again(world, promise), report


def test_explained_the_promise_stands(world: World) -> None:
    promise, report = answered(world, Answer("Beklager."))
    assert (promise.state, report.answer, report.answered_by_id) == (
        "open",
        "Beklager.",
        world.leader.id,
    )
    assert facts(world)[-2:] == ["PromiseReported", "ReportAnswered"]
    with use_actor(world.caregiver):
        page = queries.get_promise(world.caregiver, promise.id, world.now)
    assert [(row.answer, row.leader) for row in page.reports] == [("Beklager.", "Nina Dahl")]
    assert page.may_report


def test_a_new_date_opens_it_again(world: World) -> None:
    promise = made(world)
    with use_actor(world.coordinator):
        operations.keep_promise(actor=world.coordinator, now=world.now, promise_id=promise.id)
    report = reported(world, promise)
    with use_actor(world.leader):
        operations.answer_report(
            actor=world.leader,
            now=world.now,
            report_id=report.id,
            answer=Answer("Ny runde.", Outcome.NEW_DATE, TODAY + DAY),
        )
    row = again(world, promise)
    assert (row.state, row.due_on, row.closed_at) == ("open", TODAY + DAY, None)
    assert facts(world)[-1] == "PromiseMoved"


def test_a_new_promise_comes_in_its_place(world: World) -> None:
    promise, _ = answered(
        world, Answer("Vi prøver slik.", Outcome.NEW_PROMISE, TODAY + DAY, "Ringe på lørdager")
    )
    assert promise.state == "replaced"
    with use_actor(world.caregiver):
        rows = queries.list_promises(world.caregiver, world.file.id, world.now)
    assert [(row.text, row.shown) for row in rows] == [
        ("Ringe på lørdager", "due"),
        (promise.text, "withdrawn"),
    ]
    assert facts(world)[-2:] == ["PromiseMade", "PromiseClosed"]


def test_not_done_is_said(world: World) -> None:
    promise, _ = answered(world, Answer("Det går ikke.", Outcome.NOT_DONE))
    assert promise.state == "not_done"
    assert facts(world)[-1] == "PromiseClosed"


def test_answers_that_do_not_hold_together_change_nothing(world: World) -> None:
    promise = made(world)
    report = reported(world, promise)
    with use_actor(world.leader), pytest.raises(NotPossible, match="answer_needs_date"):
        operations.answer_report(
            actor=world.leader,
            now=world.now,
            report_id=report.id,
            answer=Answer("x", Outcome.NEW_DATE),
        )
    assert history(world, promise) == ["made", "reported"]


def test_answered_once_and_only_by_who_owes_it(world: World) -> None:
    report = reported(world, made(world))
    with use_actor(world.coordinator), pytest.raises(NotAllowed) as refused:
        operations.answer_report(
            actor=world.coordinator, now=world.now, report_id=report.id, answer="x"
        )
    assert refused.value.known
    with use_actor(world.leader):
        operations.answer_report(actor=world.leader, now=world.now, report_id=report.id, answer="x")
        with pytest.raises(NotPossible, match="report_answered"):
            operations.answer_report(
                actor=world.leader, now=world.now, report_id=report.id, answer="y"
            )


def test_a_care_recipient_who_reads_the_promise_learns_nothing_of_the_report(world: World) -> None:
    with use_actor(world.caregiver):
        people.agree_to_relation(
            actor=world.caregiver, now=world.now, relation_id=world.relation.id, how="portal"
        )
    promise = made(world, audience=Audience.SERVICE)
    with use_actor(world.system):
        Item.objects.filter(id=promise.item_id).update(audience="shared")
    reported(world, promise)
    later = world.now + timedelta(minutes=1)
    with use_actor(world.care_recipient):
        page = queries.get_promise(world.care_recipient, promise.id, later)
        listed = queries.list_promises(world.care_recipient, world.file.id, later)
    assert (page.promise.shown, page.reports, page.may_report) == ("open", (), False)
    assert [event.kind for event in page.history] == ["made"]
    assert [row.shown for row in listed] == ["open"]


def test_overdue_is_marked_once_in_one_municipality(world: World) -> None:
    late, _soon = made(world, due_on=TODAY - DAY), made(world, due_on=TODAY)
    with use_actor(world.system):
        assert operations.mark_overdue(actor=world.system, now=world.now) == 1
        assert operations.mark_overdue(actor=world.system, now=world.now) == 0
    assert again(world, late).overdue_at == world.now
    with use_actor(world.coordinator), pytest.raises(NotAllowed, match="system_only"):
        operations.mark_overdue(actor=world.coordinator, now=world.now)


@pytest.mark.parametrize("many", [1, 30])
def test_the_sweep_reads_and_marks_in_one_query_each(
    world: World, many: int, django_assert_max_num_queries
) -> None:
    for _ in range(many):
        made(world, due_on=TODAY - DAY)
    # Beside those, a fact and its work for each row.
    with use_actor(world.system), django_assert_max_num_queries(6 + 8 * many):
        assert operations.mark_overdue(actor=world.system, now=world.now) == many


def month(world: World, actor: Actor) -> list[tuple[str, int | None, int | None, int | None]]:
    with use_actor(actor):
        rows = queries.list_month(actor, world.now)
    return [(row.unit, row.kept, row.overdue, row.share) for row in rows]


def test_the_month_counts_without_words_and_shows_no_share_of_few(world: World) -> None:
    assert month(world, world.leader) == []
    kept = [made(world, due_on=TODAY) for _ in range(4)]
    made(world, due_on=TODAY - DAY)
    made(world, due_on=TODAY - 40 * DAY)
    with use_actor(world.system):
        director = add_colleague(
            name="Siv Berg", role=Role.DIRECTOR, unit=world.root, now=world.now
        )
    for promise in kept[:3]:
        keep(world, promise)
    name = world.north.name
    assert month(world, world.leader) == [(name, 3, 2, None)]
    keep(world, kept[3])
    assert month(world, world.leader) == [(name, 4, 2, 80)]
    assert month(world, world.coordinator) == [(name, 4, 2, 80)]
    assert month(world, director) == [(name, None, None, None)]
    assert month(world, world.nurse) == month(world, world.stranger) == []


def test_a_director_sees_numbers_of_five_and_more(world: World) -> None:
    for _ in range(6):
        keep(world, made(world, due_on=TODAY))
    with use_actor(world.system):
        director = add_colleague(
            name="Siv Berg", role=Role.DIRECTOR, unit=world.root, now=world.now
        )
    assert month(world, director) == [(world.north.name, 6, 0, 100)]


def keep(world: World, promise: Promise) -> None:
    with use_actor(world.coordinator):
        operations.keep_promise(actor=world.coordinator, now=world.now, promise_id=promise.id)


def test_a_report_without_readers_cannot_be_kept(world: World) -> None:
    report = reported(world, made(world))
    with use_actor(world.system):
        rows = PromiseReport.objects.filter(id=report.id)
        with pytest.raises(IntegrityError, match="item_id"), transaction.atomic():
            rows.update(item=None)


@pytest.mark.parametrize("item_id", [None, uuid.uuid4()])
def test_reports_without_readers_stop_the_migration_with_a_sentence(
    db: None, item_id: uuid.UUID | None
) -> None:
    # A table of this session alone, which the database finds before the real one.
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE promises_report (item_id uuid)")
        cursor.execute("INSERT INTO promises_report VALUES (%s)", [item_id])
        if item_id is None:
            with (
                pytest.raises(DatabaseError, match="Some reports have no item"),
                transaction.atomic(),
            ):
                cursor.execute(MIGRATION.REQUIRE)
        else:
            cursor.execute(MIGRATION.REQUIRE)
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute("INSERT INTO promises_report VALUES (NULL)")
