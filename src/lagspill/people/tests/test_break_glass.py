"""A card opened in an emergency: the knock stands, the hidden and the absent answer alike, and somebody else reviews it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from lagspill.access import identity
from lagspill.access import operations as access
from lagspill.access import policy as access_policy
from lagspill.access.models import BreakGlass
from lagspill.access.rules import Outcome, Role, Why
from lagspill.audit.models import Entry
from lagspill.followup import policy as followup
from lagspill.followup.models import WorkItem
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.kernel.national_id import make_synthetic
from lagspill.people import operations as people
from lagspill.people import policy
from lagspill.people.models import Person
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World, add_colleague

pytestmark = pytest.mark.django_db
PAGE = "/arbeid/nodapning/"
ARNE_BORN, KARL_BORN = date(1945, 11, 2), date(1950, 5, 5)


def typed(**changes: str) -> dict[str, str]:
    return {
        "way": "id",
        "digits": make_synthetic(ARNE_BORN, 0).digits,
        "why": "acute",
        "reason": "Fant ham på gulvet",
        "hours": "1",
        **changes,
    }


def by_name(name: str, born: date) -> dict[str, str]:
    return typed(way="name", digits="", name=name, birth_on=born.isoformat())


def entries(world: World) -> list[Entry]:
    with use_actor(world.system), transaction.atomic():
        return list(Entry.objects.filter(noun="break_glass").order_by("id"))


def opened(world: World, actor: Actor) -> BreakGlass:
    with use_actor(actor), transaction.atomic():
        found = people.break_glass(
            actor=actor,
            now=world.now,
            sought=people.Sought(digits=make_synthetic(ARNE_BORN, 0).digits),
            why=Why.ACUTE,
            reason="Fant ham på gulvet",
            hours=1,
        )
        assert found == world.care_recipient_person.id
        return BreakGlass.objects.get(person_id=found)


def text(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


class TestPage:
    def test_it_opens_one_card_with_a_banner_and_a_trace(self, world: World):
        client = browser_of(world.other_nurse)
        assert client.get(f"/kort/{world.care_recipient_person.id}/").status_code == 404
        answer = client.post(PAGE, typed())
        assert answer.status_code == 302, text(answer)
        card = client.get(answer.headers["Location"])
        assert card.status_code == 200
        assert "Kortet til Arne Haugen er åpnet i nød til kl. " in text(card)
        assert "Kortet til Arne Haugen er åpnet i nød" in text(client.get("/arbeid/"))
        assert [(e.act, e.verb, e.person_id) for e in entries(world)] == [
            ("break_glass", "knock", None),
            ("break_glass", "open_card", world.care_recipient_person.id),
        ]
        assert client.post(f"{PAGE}lukk/").status_code == 302
        assert client.get(answer.headers["Location"]).status_code == 404

    def test_full_name_and_birth_date_do_as_well(self, world: World):
        answer = browser_of(world.other_nurse).post(PAGE, by_name(" arne  HAUGEN", ARNE_BORN))
        assert answer.status_code == 302

    def test_nobody_code_6_and_own_kin_answer_exactly_alike(self, world: World):
        with use_actor(world.system), transaction.atomic():
            hidden = people.add_person(
                actor=world.system,
                now=world.now,
                name="Karl Vik",
                birth_on=KARL_BORN,
                digits=make_synthetic(KARL_BORN, 0).digits,
            )
            people.start_service(
                actor=world.system, now=world.now, person=hidden, unit_id=world.south.id
            )
            assert policy.can_be_opened(world.other_nurse, hidden, world.now)  # but for the code
            Person.objects.filter(id=hidden.id).update(protected="6")
            born = world.caregiver_person.birth_on
            # The nurse is Anne, whose father Arne is.
            hashed = identity.key_hash(make_synthetic(born, 0).digits)
            assert identity.link_staff(hashed, world.other_nurse.id)
        absent = make_synthetic(date(1933, 1, 1), 0).digits
        seen = []
        for asked in (
            typed(digits=absent),
            typed(digits=make_synthetic(KARL_BORN, 0).digits),
            typed(),
        ):
            seen.append(self._answer(world, asked))
        for name, born in (
            ("Ingen Her", KARL_BORN),
            ("Karl Vik", KARL_BORN),
            ("Arne Haugen", ARNE_BORN),
        ):
            seen.append(self._answer(world, by_name(name, born)))
        assert seen[0] == seen[1] == seen[2]
        assert seen[3] == seen[4] == seen[5]
        with use_actor(world.system), transaction.atomic():
            assert not BreakGlass.objects.exists()

    def _answer(self, world: World, asked: dict[str, str]):
        """Status, the page without what was typed, statements, and the rows of the log without their ids."""
        before = len(entries(world))
        client = browser_of(world.other_nurse)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(PAGE, asked)
        body = text(answer)
        for word in (asked["digits"], asked.get("name"), asked.get("birth_on")):
            body = body.replace(word, "¤") if word else body
        body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body)
        rows = [
            (e.act, e.verb, e.noun, e.reason, e.object_id, e.person_id, e.file_id)
            for e in entries(world)[before:]
        ]
        assert answer.status_code == 422
        assert "Vi fant ikke noe kort å åpne med dette." in body
        return answer.status_code, body, len(queries), rows

    def test_what_was_typed_stands_nowhere(self, world: World):
        browser_of(world.other_nurse).post(PAGE, typed())
        digits = make_synthetic(ARNE_BORN, 0).digits
        with use_actor(world.system), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM audit_entry e WHERE e::text LIKE %s", (f"%{digits}%",)
            )
            assert cursor.fetchone() == (0,)
            cursor.execute(
                "SELECT count(*) FROM access_break_glass e WHERE e::text LIKE %s", (f"%{digits}%",)
            )
            assert cursor.fetchone() == (0,)

    @pytest.mark.parametrize(
        "wrong", [{"reason": ""}, {"reason": "nød"}, {"why": ""}, {"digits": "1"}, {"hours": "3"}]
    )
    def test_what_is_missing_is_said_and_nothing_is_looked_up(self, world: World, wrong):
        assert browser_of(world.other_nurse).post(PAGE, typed(**wrong)).status_code == 422
        assert entries(world) == []

    def test_one_at_a_time(self, world: World):
        client = browser_of(world.other_nurse)
        client.post(PAGE, typed())
        again = client.post(PAGE, typed())
        assert again.status_code == 422
        assert "Du har allerede et kort åpent." in text(again)

    def test_the_page_is_for_those_who_meet_people(self, world: World):
        assert browser_of(world.nurse).get(PAGE).status_code == 200
        for actor in (world.leader, world.admin, world.care_recipient):
            assert browser_of(actor).get(PAGE).status_code == 404
        assert browser_of(world.admin).post(PAGE, typed()).status_code == 404


def test_the_database_refuses_more_than_two_hours(world: World):
    with use_actor(world.system), transaction.atomic(), pytest.raises(IntegrityError):
        BreakGlass.objects.create(
            staff_id=world.nurse.id,
            person_id=world.care_recipient_person.id,
            reason="Lenge nok",
            starts_at=world.now,
            ends_at=world.now + timedelta(hours=2, seconds=1),
        )


def test_three_hours_and_a_second_card_are_refused(world: World):
    row = opened(world, world.other_nurse)
    assert row.ends_at - row.starts_at == timedelta(hours=1)
    asked = {"person_id": world.file.caregiver_id, "why": Why.OTHER, "reason": "Også henne"}
    with use_actor(world.other_nurse), transaction.atomic():
        for hours, code in ((3, "open_two_hours"), (1, "card_open_already")):
            with pytest.raises(NotPossible) as refused:
                access.open_card(actor=world.other_nurse, now=world.now, hours=hours, **asked)
            assert refused.value.code == code
        with pytest.raises(NotAllowed):
            access.open_card(actor=world.leader, now=world.now, hours=1, **asked)


class TestReview:
    def test_the_leader_gets_work_and_reviews_it(self, world: World):
        row = opened(world, world.other_nurse)
        with use_actor(world.system), transaction.atomic():
            work = WorkItem.objects.get(kind="break_glass")
            assert (work.role, work.unit_id, work.target_id) == (
                "unit_leader",
                world.south.id,
                row.id,
            )
        page = browser_of(world.leader).get(f"{PAGE}{row.id}/")
        assert "Jonas Lie, Hjemmetjenesten, sone sør" in text(page)
        assert "Arne Haugen" in text(page)
        said = {"outcome": "follow_up", "note": "Snakk om det på fredag"}
        assert (
            browser_of(world.leader).post(f"{PAGE}{row.id}/", {**said, "note": ""}).status_code
            == 422
        )
        assert browser_of(world.leader).post(f"{PAGE}{row.id}/", said).status_code == 302
        with use_actor(world.system), transaction.atomic():
            row.refresh_from_db()
            assert (row.outcome, row.reviewed_by) == ("follow_up", world.leader.id)
            work.refresh_from_db()
            assert work.closed_how == "OpeningReviewed"
        again = browser_of(world.leader).post(f"{PAGE}{row.id}/", said)
        assert again.status_code == 302
        shown = text(browser_of(world.leader).get(f"{PAGE}{row.id}/"))
        assert "Noe skal følges opp" in shown
        assert 'name="outcome"' not in shown

    def test_nobody_reviews_the_own_opening(self, world: World):
        with use_actor(world.system), transaction.atomic():
            both = add_colleague(name="Bente Ås", role=Role.NURSE, unit=world.south, now=world.now)
        both = replace(both, grants=(*both.grants, *world.leader.grants))
        row = opened(world, both)
        with use_actor(both), transaction.atomic():
            assert access_policy.can_review_opening(both, row, world.now).reason == "own_opening"
            assert not access_policy.visible_openings(both, world.now).exists()
            with pytest.raises(NotFound):
                access.review_opening(
                    actor=both, now=world.now, opening_id=row.id, outcome=Outcome.OK, note=""
                )

    def test_both_faces_agree_on_who_reviews(self, world: World):
        row = opened(world, world.other_nurse)
        with use_actor(world.system), transaction.atomic():
            officer = add_colleague(
                name="Eli Rø", role=Role.PRIVACY_OFFICER, unit=world.root, now=world.now
            )
        kin = replace(world.leader, kin_ids=frozenset({row.person_id}))
        answers = {}
        for name, actor in {
            "leader": world.leader,
            "kin": kin,
            "officer": officer,
            "nurse": world.nurse,
            "own": world.other_nurse,
            "admin": world.admin,
            "stranger": world.stranger,
            "recipient": world.care_recipient,
        }.items():
            with use_actor(actor), transaction.atomic():
                single = bool(access_policy.can_review_opening(actor, row, world.now))
                listed = access_policy.visible_openings(actor, world.now).filter(id=row.id).exists()
            assert single == listed, name
            answers[name] = single
        assert {name for name, seen in answers.items() if seen} == {"leader", "officer"}

    def test_kin_of_whose_card_it_was_see_no_work(self, world: World):
        opened(world, world.other_nurse)
        for actor, count in (
            (world.leader, 1),
            (replace(world.leader, kin_ids=frozenset({world.care_recipient_person.id})), 0),
        ):
            with use_actor(actor), transaction.atomic():
                work = WorkItem.objects.get(kind="break_glass")
                assert bool(followup.can_see_work(actor, work, world.now)) == bool(count)
                assert (
                    followup.visible_work(actor, world.now).filter(kind="break_glass").count()
                    == count
                )


def test_both_faces_agree_on_whose_card_may_be_opened(world: World):
    with use_actor(world.system), transaction.atomic():
        dead = people.add_person(actor=world.system, now=world.now, name="Død Mann")
        people.start_service(actor=world.system, now=world.now, person=dead, unit_id=world.south.id)
        Person.objects.filter(id=dead.id).update(died_on=world.now.date())
        persons = list(Person.objects.all())
    kin = replace(world.nurse, kin_ids=frozenset({world.care_recipient_person.id}))
    for actor in (world.nurse, kin, world.leader, world.care_recipient):
        with use_actor(actor), transaction.atomic():
            single = {p.id for p in persons if policy.can_be_opened(actor, p, world.now)}
            assert single == set(policy.openable(actor, world.now).values_list("id", flat=True))
            wanted = {world.care_recipient_person.id} if actor is world.nurse else set()
            assert single == wanted
