"""Start pages with traces: what waits for the privacy officer, what the leader sees, and the demo's own life of it."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse

from lagspill.access import operations as access
from lagspill.access import queries as access_queries
from lagspill.access.rules import Role, Why
from lagspill.people.models import LogQuestion
from lagspill.shell.cast import citizen_named
from lagspill.shell.demo import log_lives
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import VEFSN, World, add_colleague

pytestmark = pytest.mark.django_db


def text(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def add_officer(world: World):
    with use_actor(world.system), transaction.atomic():
        return add_colleague(
            name="Eli Rognan", role=Role.PRIVACY_OFFICER, unit=world.root, now=world.now
        )


def test_the_privacy_officer_sees_what_waits_and_no_names_of_those_it_concerns(world: World):
    officer = add_officer(world)
    with use_actor(world.other_nurse), transaction.atomic():
        row = access.open_card(
            actor=world.other_nurse,
            now=world.now,
            person_id=world.care_recipient_person.id,
            why=Why.ACUTE,
            reason="Fant ham på gulvet",
            hours=1,
        )
    page = text(browser_of(officer).get("/arbeid/"))
    assert "Jonas Lie" in page
    assert f"/arbeid/nodapning/{row.id}/" in page
    assert "6 av 6 ansatte er ikke koblet til seg selv som innbygger." in page
    assert "Haugen" not in page
    review = text(browser_of(officer).get(f"/arbeid/nodapning/{row.id}/"))
    assert "Fant ham på gulvet" in review
    assert "Haugen" not in review
    assert "Kort åpnet i nød" in text(browser_of(world.leader).get("/arbeid/"))
    assert "Kort åpnet i nød" not in text(browser_of(world.admin).get("/arbeid/"))


def test_openings_are_counted_by_month_for_those_who_review_them(world: World):
    officer = add_officer(world)
    with use_actor(world.other_nurse), transaction.atomic():
        access.open_card(
            actor=world.other_nurse,
            now=world.now,
            person_id=world.care_recipient_person.id,
            why=Why.ACUTE,
            reason="Fant ham på gulvet",
            hours=1,
        )
    month = world.now.date().replace(day=1)
    for actor, counted in (
        (officer, ((month, 1, 1),)),
        (world.leader, ((month, 1, 1),)),
        (world.other_nurse, ()),
        (world.nurse, ()),
    ):
        with use_actor(actor), transaction.atomic():
            assert access_queries.count_openings(actor, world.now) == counted


def test_only_the_privacy_officer_counts_who_is_not_linked(world: World):
    officer = add_officer(world)
    for actor, counted in ((officer, (6, 6)), (world.leader, (0, 0))):
        with use_actor(actor), transaction.atomic():
            assert access_queries.count_unlinked(actor, world.now) == counted


def test_the_demo_has_traces_to_show(world: World):
    staff = {
        "Jonas Lie": world.other_nurse,
        "Tone Sæther": world.nurse,
        "Nina Dahl": world.leader,
    }
    town = Town(VEFSN, {}, staff)
    assert citizen_named("bruker").name == "Arne Haugen"
    with transaction.atomic():
        log_lives.build(town, world.now + timedelta(days=30), world.care_recipient_person.id)
    with use_actor(world.system), transaction.atomic():
        question = LogQuestion.objects.get()
    assert "Jonas" in question.words
    page = text(browser_of(world.care_recipient).get(f"/min/{VEFSN}/hvem-har-lest/?vis=emergency"))
    assert "Du har spurt om dette" in page
    assert "Noen er funnet hjelpeløse eller savnes" in page
