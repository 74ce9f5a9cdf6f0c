"""The family view: tasks of who is visible to each other, gaps without names, and nothing of how anybody is."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lagspill.agreements import demo, queries
from lagspill.agreements.models import Line
from lagspill.agreements.rules import LineKind, Who
from lagspill.kernel import clock
from lagspill.kernel.errors import NotFound
from lagspill.people import operations as people
from lagspill.people.models import FileParty
from lagspill.people.operations import NewConsent
from lagspill.people.rules import Audience
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import add_caregiver, citizen


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def berit(world, now):
    """Another caregiver of Arne, who has let her know how the days go."""
    arne = world.care_recipient
    with use_actor(world.system):
        _file, relation, person = add_caregiver(
            name="Berit Haugen",
            care_recipient=world.care_recipient_person,
            unit=world.north,
            now=now,
            code="spouse_partner",
            serial=1,
            birth_on=date(1948, 3, 9),
        )
        for one in (relation, world.relation):
            people.agree_to_relation(actor=world.system, now=now, relation_id=one.id, how="phone")
        found = citizen(person, 1)
    with use_actor(arne):
        people.give_consent(
            actor=arne,
            now=now,
            new=NewConsent(arne.person_id, person.id, ("help",), "daily_help", None, "portal"),
        )
    return relation, found


def said_yes(world, now, *pairs):
    for actor, relation in pairs:
        with use_actor(actor):
            people.set_family_visibility(actor=actor, now=now, relation_id=relation.id, is_yes=True)


def agreed(world, now, *lines):
    version = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now, lines=lines)
    demo.propose(lead=world.coordinator, version=version, now=now)
    demo.confirm(lead=world.coordinator, version=version, now=now, caregiver=world.caregiver)


TASKS = (
    demo.line(LineKind.TASK, "Handle mat", who=Who.CAREGIVER, when="lørdager"),
    demo.line(LineKind.TASK, "Vaske klær", who=Who.CAREGIVER),
    demo.line(LineKind.TASK, "Måke snø", who=Who.NOBODY_YET, audience=Audience.SHARED),
    demo.line(LineKind.TASK, "Ringe om natta", who=Who.NOBODY_YET, audience=Audience.TALK),
)


def test_shows_what_was_shared_and_gaps_without_a_name(world, now, berit):
    relation, beritha = berit
    agreed(world, now, *TASKS)
    said_yes(world, now, (world.caregiver, world.relation), (beritha, relation))
    with use_actor(world.system):
        item_id = Line.objects.get(text="Handle mat").item_id
    with use_actor(world.caregiver):
        people.set_family_readers(
            actor=world.caregiver, now=now, item_id=item_id, person_ids=[beritha.person_id]
        )
    path = f"/min/1824/familien/{world.care_recipient_person.id}/"
    page = browser_of(beritha).get(path).content.decode()
    assert "Handle mat" in page
    assert "Vaske klær" not in page
    assert "Måke snø" in page
    assert "Ringe om natta" not in page
    with use_actor(beritha):
        view = queries.get_family(beritha, world.care_recipient_person.id, now)
        assert [(s.name, len(s.tasks)) for s in view.shares] == [
            ("Berit Haugen", 0),
            ("Anne Haugen", 1),
        ]
        assert [gap.text for gap in view.gaps] == ["Måke snø"]
    with use_actor(world.caregiver):
        people.set_family_visibility(
            actor=world.caregiver, now=now, relation_id=world.relation.id, is_yes=False
        )
    after = browser_of(beritha).get(path).content.decode()
    assert "Anne Haugen" not in after
    assert "Handle mat" not in after
    assert "Måke snø" not in after


def test_one_who_has_not_said_yes_sees_nobody_and_others_find_nothing(world, now, berit):
    relation, beritha = berit
    agreed(world, now, *TASKS)
    said_yes(world, now, (beritha, relation))
    path = f"/min/1824/familien/{world.care_recipient_person.id}/"
    page = browser_of(world.caregiver).get(path).content.decode()
    assert "Du er ikke synlig for de andre" in page
    assert "Berit" not in page
    for actor in (world.care_recipient, world.unknown_citizen, world.nurse):
        assert browser_of(actor).get(path).status_code == 404
    with use_actor(world.care_recipient), pytest.raises(NotFound):
        queries.get_family(world.care_recipient, world.care_recipient_person.id, now)


def test_as_many_queries_however_many_lines(world, now, berit):
    relation, beritha = berit
    said_yes(world, now, (world.caregiver, world.relation), (beritha, relation))
    counts = []
    for n in (1, 6):
        more = [demo.line(LineKind.TASK, f"Sak {i}", who=Who.NOBODY_YET) for i in range(n)]
        agreed(world, now, *TASKS, *more)
        with use_actor(beritha), CaptureQueriesContext(connection) as caught:
            queries.get_family(beritha, world.care_recipient_person.id, now)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_view_opens_no_file(world, now, berit):
    relation, beritha = berit
    agreed(world, now, *TASKS)
    said_yes(world, now, (world.caregiver, world.relation), (beritha, relation))
    with use_actor(beritha):
        queries.get_family(beritha, world.care_recipient_person.id, now)
    with use_actor(world.system):
        reached = FileParty.objects.filter(person_id=beritha.person_id, ends_at=None)
        assert not reached.filter(file=world.file).exists()
