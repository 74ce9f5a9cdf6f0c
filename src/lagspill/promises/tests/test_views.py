"""The pages, without JavaScript: for whoever keeps it, for the caregiver, for the leader; faults with the input kept."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lagspill.audit.models import Entry, StoredFact
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor
from lagspill.promises.models import Promise, PromiseReport
from lagspill.promises.tests.made import TEXT, WORDS, again, made, reported
from lagspill.tenancy.scope import use_actor
from tests.world import VEFSN, World

DAY = timedelta(days=1)


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small world at its own moment."""
    monkeypatch.setattr(clock, "now", lambda: world.now)
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


def page(promise: Promise) -> str:
    return reverse("promise", args=[promise.id])


def my_page(promise: Promise) -> str:
    return reverse("my-promise", args=[VEFSN, promise.id])


def test_kept_with_one_button(world: World) -> None:
    promise, kari = made(world), signed_in(world.coordinator)
    assert TEXT in kari.get(page(promise)).text
    assert "Den pårørende ser det nå" in kari.post(page(promise), {"act": "keep"}, follow=True).text
    assert again(world, promise).state == "kept"


def test_moved_with_a_reason_that_the_caregiver_sees(world: World) -> None:
    promise = made(world)
    data = {"act": "move", "due_on": "2026-12-24", "reason": "illness", "version": "1"}
    assert signed_in(world.coordinator).post(page(promise), data).status_code == 302
    text = signed_in(world.caregiver).get(my_page(promise)).text
    assert "24. desember" in text
    assert "Sykdom" in text


@pytest.mark.parametrize(
    "data",
    [
        {"act": "move", "due_on": "2026-11-24", "reason": "illness"},
        {"act": "move", "due_on": "i morgen", "reason": "illness"},
        {"act": "move", "due_on": "2026-12-24", "reason": "x"},
        {"act": "withdraw"},
        {"act": "answer", "answer": "x", "outcome": "explained"},
        {"act": "report", "words": "x" * 1001},
    ],
)
def test_a_fault_is_said_where_it_happened_and_changes_nothing(world: World, data: dict) -> None:
    promise = made(world)
    answer = signed_in(world.coordinator).post(page(promise), data)
    assert answer.status_code == 422
    assert "<title>Feil: " in answer.text
    row = again(world, promise)
    assert (row.due_on, row.state) == (promise.due_on, "open")


def test_moved_by_another_in_between_is_a_conflict_with_the_input_kept(world: World) -> None:
    promise, kari = made(world), signed_in(world.coordinator)
    data = {"act": "move", "due_on": "2026-12-24", "reason": "illness", "version": "1"}
    kari.post(page(promise), data)
    answer = kari.post(page(promise), {**data, "due_on": "2026-12-29"})
    assert answer.status_code == 409
    assert "2026-12-29" in answer.text


def test_an_unknown_act_is_only_a_look(world: World) -> None:
    assert signed_in(world.coordinator).post(page(made(world)), {"act": "x"}).status_code == 200


def test_the_caregiver_is_told_who_answers_before_and_after(world: World) -> None:
    promise, anne = made(world), signed_in(world.caregiver)
    before = anne.get(my_page(promise)).text
    assert "Nina Dahl leder enheten og svarer innen onsdag 2. desember" in before
    after = anne.post(my_page(promise), {"words": WORDS}, follow=True).text
    assert "Takk for at du sa fra." in after
    assert "Nina Dahl svarer deg innen onsdag 2. desember" in after
    assert WORDS in after
    assert "Det ble ikke fulgt</span>" not in after
    assert anne.post(my_page(promise), {"words": "en gang til"}).status_code == 302
    with use_actor(world.system):
        assert PromiseReport.objects.filter(promise=promise).count() == 1


def test_the_leader_answers_and_then_sees_it_no_more(world: World) -> None:
    promise = made(world)
    nina = signed_in(world.leader)
    assert nina.get(page(promise)).status_code == 404
    reported(world, promise)
    text = nina.get(page(promise)).text
    assert WORDS in text
    data = {
        "act": "answer",
        "answer": "Beklager. Vi ringer i dag.",
        "outcome": "new_date",
        "due_on": "2026-11-25",
    }
    assert nina.post(page(promise), {**data, "due_on": ""}).status_code == 422
    assert nina.post(page(promise), data)["Location"] == reverse("kept")
    assert nina.get(page(promise)).status_code == 404
    assert "Beklager. Vi ringer i dag." in signed_in(world.caregiver).get(my_page(promise)).text


def test_one_who_sees_it_and_may_not_is_refused_with_a_reason(world: World) -> None:
    promise = made(world)
    reported(world, promise)
    data = {"act": "answer", "answer": "x", "outcome": "explained"}
    assert signed_in(world.coordinator).post(page(promise), data).status_code == 403


@pytest.mark.parametrize("who", ["other_nurse", "admin", "stranger", "leader"])
def test_for_other_staff_it_is_not_there(world: World, who: str) -> None:
    promise, other = made(world), signed_in(getattr(world, who))
    assert other.get(page(promise)).status_code == 404
    assert other.post(page(promise), {"act": "keep"}).status_code == 404


@pytest.mark.parametrize("who", ["care_recipient", "unknown_citizen", "coordinator"])
def test_for_other_people_the_caregivers_page_is_not_there(world: World, who: str) -> None:
    assert signed_in(getattr(world, who)).get(my_page(made(world))).status_code == 404


def test_the_leaders_month_is_one_page_without_words_or_names(world: World) -> None:
    made(world, due_on=world.now.date() - DAY)
    text = signed_in(world.leader).get(reverse("kept")).text
    assert "Hjemmetjenesten, sone nord" in text
    assert TEXT not in text
    assert "Haugen" not in text


def test_words_leave_no_trace_in_log_audit_or_facts(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    promise = made(world, text="Løfte KANARI")
    with caplog.at_level(logging.DEBUG, logger="lagspill"):
        signed_in(world.caregiver).post(my_page(promise), {"words": WORDS})
    with use_actor(world.system):
        rows = [*Entry.objects.values_list(), *StoredFact.objects.values_list()]
    assert rows
    assert "KANARI" not in f"{rows}{caplog.text}"
