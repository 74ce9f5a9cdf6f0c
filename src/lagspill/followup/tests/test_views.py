"""The pages, without JavaScript: list, filters, one piece of work, and what stays hidden."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lagspill.audit.models import Entry
from lagspill.followup.models import WorkItem
from lagspill.followup.rules import Kind
from lagspill.followup.tests.work import add_work
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor
from lagspill.tenancy.scope import use_actor
from tests.world import World

DAY = timedelta(days=1)
LIST = "/arbeid/liste/"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small world at its own moment, with the work of its own registration out of the way."""
    monkeypatch.setattr(clock, "now", lambda: world.now)
    with use_actor(world.system):
        WorkItem.objects.filter(closed_at=None).delete()
    return world


def signed_in(actor: Actor) -> Client:
    client = Client()
    session = client.session
    session["lagspill"] = (
        {"kind": "staff", "staff": str(actor.id), "municipality": actor.municipality}
        if actor.is_staff
        else {"kind": "citizen", "identity": str(actor.id)}
    )
    session.save()
    client.cookies["okt"] = session.session_key
    return client


@pytest.fixture
def work(world: World) -> WorkItem:
    with use_actor(world.system):
        return add_work(world, kind=Kind.ORDER_INTERPRETER)


def page(work: WorkItem) -> str:
    return reverse("work-item", args=[work.id])


def held_by(world: World, work: WorkItem) -> uuid.UUID | None:
    with use_actor(world.system):
        work.refresh_from_db()
    return work.staff_id


def test_empty_list_says_that_all_is_done_and_an_empty_choice_leads_back(world: World) -> None:
    kari = signed_in(world.coordinator)
    assert "Ingen oppgaver nå" in kari.get(LIST).text
    narrowed = kari.get(LIST + "?due=overdue").text
    assert "Ingen oppgaver her" in narrowed
    assert f'href="{LIST}"' in narrowed


def test_list_shows_rows_and_counts_and_leads_to_where_it_is_done(world: World) -> None:
    with use_actor(world.system):
        call = add_work(world, due_on=date(2026, 11, 21))
    text = signed_in(world.coordinator).get(LIST).text
    assert "<title>Arbeidsliste (1)" in text
    assert "Anne Haugen" in text
    assert "eldste 4 dager" in text
    assert f'href="{reverse("call-request", args=[call.target_id])}"' in text


def test_leader_is_led_to_the_work_and_not_to_the_file(world: World, work: WorkItem) -> None:
    text = signed_in(world.leader).get(LIST).text
    assert f'href="{page(work)}"' in text
    assert str(work.target_id) not in text
    own = signed_in(world.leader).get(page(work)).text
    assert "ikke det som står i mappen" in own
    assert str(work.target_id) not in own


@pytest.mark.parametrize(
    "query",
    [
        "who=nobody-knows",
        "kind=x&unit=1",
        "due=<script>",
        "after=zzz",
        "after=2026-13-99_x",
        "unit=",
    ],
)
def test_codes_that_are_none_still_open_the_list(world: World, work: WorkItem, query: str) -> None:
    answer = signed_in(world.coordinator).get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert "Anne Haugen" in answer.text


def test_pages_follow_each_other_to_the_end(world: World) -> None:
    with use_actor(world.system):
        made = {str(add_work(world).id) for _ in range(60)}
    kari, address, found = signed_in(world.coordinator), LIST, []
    for _ in range(3):
        text = kari.get(address).text
        found += re.findall(r"/arbeid/oppgave/([0-9a-f-]{36})/ta/", text)
        more = re.search(r'href="(\?after=[^"]+)"', text)
        if not more:
            break
        address = LIST + more[1]
    assert len(found) == 60
    assert set(found) == made


def test_taken_from_the_list_one_stays_in_the_list(world: World, work: WorkItem) -> None:
    answer = signed_in(world.coordinator).post(
        reverse("take-work", args=[work.id]), {"who": "nobody", "kind": "order_interpreter"}
    )
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{LIST}?who=nobody&kind=order_interpreter",
    )
    assert held_by(world, work) == world.coordinator.id


def test_take_give_and_put_back_from_its_own_page(world: World, work: WorkItem) -> None:
    kari = signed_in(world.coordinator)
    kari.post(page(work), {"act": "take"})
    assert held_by(world, work) == world.coordinator.id
    kari.post(page(work), {"act": "release"})
    assert held_by(world, work) is None
    answer = kari.post(page(work), {"act": "give", "staff": str(world.nurse.id)}, follow=True)
    assert "kan åpne mappen" in answer.text
    assert held_by(world, work) == world.nurse.id


@pytest.mark.parametrize("staff", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_given_to_nobody_it_asks_again(world: World, work: WorkItem, staff: str) -> None:
    answer = signed_in(world.coordinator).post(page(work), {"act": "give", "staff": staff})
    assert answer.status_code == 422
    assert held_by(world, work) is None


def test_finished_it_is_gone(world: World, work: WorkItem) -> None:
    kari = signed_in(world.coordinator)
    assert kari.post(page(work), {"act": "finish"})["Location"] == LIST
    assert kari.get(page(work)).status_code == 404


def test_what_a_fact_clears_is_not_finished_here(world: World) -> None:
    with use_actor(world.system):
        call = add_work(world)
    kari = signed_in(world.coordinator)
    assert 'value="finish"' not in kari.get(page(call)).text
    answer = kari.post(page(call), {"act": "finish"}, follow=True)
    assert answer.status_code == 200
    with use_actor(world.system):
        call.refresh_from_db()
    assert call.closed_at is None


@pytest.mark.parametrize("who", ["nurse", "admin", "stranger", "caregiver"])
def test_for_others_it_is_not_there(world: World, work: WorkItem, who: str) -> None:
    other = signed_in(getattr(world, who))
    assert other.get(page(work)).status_code == 404
    assert other.post(page(work), {"act": "take"}).status_code == 404
    assert other.post(reverse("take-work", args=[work.id])).status_code == 404
    assert held_by(world, work) is None


def test_a_leader_who_sees_it_may_not_take_it(world: World, work: WorkItem) -> None:
    assert signed_in(world.leader).post(page(work), {"act": "take"}).status_code == 403


def test_visitor_is_sent_to_sign_in(world: World) -> None:
    assert Client().get(LIST)["Location"].startswith("/logg-inn/")


def test_the_list_costs_the_same_for_one_row_and_sixty_and_at_most_eight(world: World) -> None:
    kari, asked = signed_in(world.coordinator), []
    kari.get(LIST)
    for more in (1, 2, 57):
        with use_actor(world.system):
            for _ in range(more):
                add_work(world)
        with CaptureQueriesContext(connection) as captured:
            kari.get(LIST)
        asked.append(
            [
                q["sql"]
                for q in captured
                if q["sql"].lstrip().startswith(("SELECT", "INSERT", "(SELECT"))
                and "set_config" not in q["sql"]
            ]
        )
    assert len({len(each) for each in asked}) == 1, asked[-1]
    assert len(asked[-1]) <= 8, asked[-1]


def test_reading_the_list_is_logged_with_ids_only(world: World, work: WorkItem) -> None:
    signed_in(world.coordinator).get(LIST)
    with use_actor(world.system):
        row = Entry.objects.get(verb="list_work")
    assert (row.act, row.object_ids) == ("read", [world.file.id])


def test_printed_it_has_no_names(world: World, work: WorkItem) -> None:
    text = signed_in(world.coordinator).get(LIST).text
    row = re.search(r"<tbody.*</tbody>", text, re.S)
    assert row
    for part in re.findall(r"<span class=\"ls-print-only\">.*?</span>", row[0], re.S):
        assert "Haugen" not in part
