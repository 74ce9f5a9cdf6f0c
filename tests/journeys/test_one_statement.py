"""One statement from draft to `talk` to `shared` to narrowed, seen or not seen by six of the cast at every step."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect

from lagspill.conversations import demo
from lagspill.conversations.rules import Answer
from lagspill.kernel import clock
from lagspill.people import operations as people
from lagspill.people import policy
from lagspill.tenancy.scope import use_actor
from tests.journeys.conftest import PageAt
from tests.journeys.quality import assert_accessible
from tests.world import VEFSN, World

SignIn = Callable[[Page, str], Page]
WORDS = "Ring heller til Anne enn til Arne om kvelden."
PATIENCE = 30_000  # milliseconds; six browsers at once
STAFF = ("koordinator", "sykepleier", "sykepleier-annen", "leder")
CITIZENS = ("datter", "bruker")


def who_reads(pages: dict[str, Page], item_id: str) -> set[str]:
    """Those of the six whose page of the statement shows it; the others find nothing there."""
    found = set()
    for persona, page in pages.items():
        start = f"/min/{VEFSN}" if persona in CITIZENS else "/arbeid"
        response = page.goto(f"{start}/tekst/{item_id}/")
        assert response is not None
        is_shown = page.get_by_text(WORDS).count() > 0
        assert response.status == (200 if is_shown else 404), (persona, response.status)
        found |= {persona} if is_shown else set()
    return found


def test_one_statement_from_draft_to_narrowed(
    world: World, page_at: PageAt, sign_in: SignIn
) -> None:
    now = clock.now()
    with use_actor(world.caregiver) as caregiver, transaction.atomic():
        people.agree_to_relation(
            actor=caregiver, now=now, relation_id=world.relation.id, how="portal"
        )
    with use_actor(world.coordinator) as lead, transaction.atomic():
        invitation = demo.invite(actor=lead, now=now, file_id=world.file.id)
        talk_id = demo.answer(actor=lead, now=now, invitation=invitation, answer=Answer.YES)
        assert talk_id is not None
    six = {}
    for persona in (*STAFF, *CITIZENS):
        page = page_at(390)
        page.set_default_timeout(PATIENCE)
        six[persona] = sign_in(page, persona)

    desk = six["koordinator"]
    desk.goto(f"/arbeid/samtale/{talk_id}/")
    desk.locator("#T01 > summary").click()
    desk.locator("#T01-text").fill(WORDS)
    expect(desk.locator("#T01 [data-ls-saved]")).to_contain_text("Lagret kl.", timeout=PATIENCE)
    with use_actor(world.coordinator) as lead, transaction.atomic():
        drafts = policy.visible_items(lead, clock.now()).filter(audience="draft")
        item_id = str(drafts.values_list("id", flat=True)[0])
    assert who_reads(six, item_id) == {"koordinator"}

    desk.goto(f"/arbeid/samtale/{talk_id}/")
    desk.locator("#T01").get_by_role("button", name="Plasser").click()
    expect(desk.get_by_text("Plassert. Bare de som står under")).to_be_visible(timeout=PATIENCE)
    assert who_reads(six, item_id) == {"koordinator", "datter"}

    own = six["datter"]
    own.locator('button[name="audience"][value="shared"]').click()
    expect(own.get_by_text(WORDS)).to_be_visible(timeout=PATIENCE)
    assert who_reads(six, item_id) == {"koordinator", "datter", "sykepleier", "bruker"}
    assert_accessible(six["bruker"])

    own.locator('button[name="audience"][value="talk"]').click()
    expect(own.locator('button[name="audience"][value="shared"]')).to_be_visible(timeout=PATIENCE)
    assert who_reads(six, item_id) == {"koordinator", "datter"}
    expect(own.get_by_text("Den som får hjelp, eller noen i familien")).to_be_visible(
        timeout=PATIENCE
    )
    expect(own.get_by_text("Hjemmetjenesten, sone nord").first).to_be_visible(timeout=PATIENCE)
    assert_accessible(own)
