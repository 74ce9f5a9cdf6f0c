"""Refusals as answers: what is hidden and what is absent cannot be told apart, and each refusal is written down."""

from __future__ import annotations

import re
import uuid

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from lagspill.access import doors, middleware
from lagspill.access.models import DoneOnce
from lagspill.audit.models import Entry
from lagspill.kernel.actor import VISITOR, Actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World

#: A secret against forged forms is new on every page.
SECRET = re.compile(rb'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": ?)"[^"]*"')


def body(response: HttpResponse, *ids: object) -> bytes:
    text = SECRET.sub(b"", response.content)
    for known in ids:
        text = text.replace(str(known).encode(), b"ID")
    return text


def refusals(world: World) -> list[tuple]:
    with use_actor(world.system):
        rows = Entry.objects.filter(act="refuse").order_by("id")
        return [
            (r.verb, r.noun, r.reason, r.actor_id, r.object_id, r.file_id, tuple(r.object_ids))
            for r in rows
        ]


class TestHiddenAndAbsent:
    @pytest.mark.parametrize("path", ["/arbeid/fil/{}/", "/arbeid/fil/{}/kontakt/"])
    def test_give_the_same_status_body_and_rows(self, world: World, path: str):
        client = browser_of(world.nurse)
        ids = (world.file.id, world.hol_file.id, uuid.uuid4())  # hidden, elsewhere, absent
        answers = [client.get(path.format(thing)) for thing in ids]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        bodies = {body(answer, thing) for answer, thing in zip(answers, ids, strict=True)}
        assert len(bodies) == 1
        rows = refusals(world)
        assert len(rows) == 3
        assert len(set(rows)) == 1
        assert rows[0][1:] == ("page", "not_found", world.nurse.id, None, None, ())

    def test_a_page_that_is_not_and_a_page_one_may_not_read_look_alike(self, world: World):
        client = browser_of(world.nurse)
        hidden, absent = f"/arbeid/fil/{world.file.id}/", "/arbeid/finnes-ikke/"
        assert body(client.get(hidden), hidden) == body(client.get(absent), absent)

    def test_a_citizen_finds_nothing_on_staff_pages_and_staff_nothing_on_citizens(
        self, world: World
    ):
        citizen, nurse = browser_of(world.caregiver), browser_of(world.nurse)
        assert citizen.get("/arbeid/").status_code == 404
        assert citizen.get(f"/arbeid/fil/{world.file.id}/").status_code == 404
        assert nurse.get("/min/").status_code == 404
        assert nurse.get("/min/1824/egen-sjekk/").status_code == 404
        assert citizen.get("/min/3330/egen-sjekk/").status_code == 404

    def test_a_visitor_is_sent_to_sign_in(self, world: World):
        for path in ("/arbeid/", "/min/", f"/arbeid/fil/{world.file.id}/"):
            answer = Client().get(path)
            assert (answer.status_code, answer.headers["Location"]) == (
                302,
                f"/logg-inn/?neste={path}",
            )


class TestAnswers:
    def answer(self, error: Exception, actor: Actor, *, accept: str = "text/html"):
        request = RequestFactory().get("/", headers={"accept": accept})
        request.actor, request.places, request.resolver_match = actor, (), None
        with use_actor(actor):
            return middleware.RefusalMiddleware(lambda _: HttpResponse()).process_exception(
                request, error
            )

    def test_each_refusal_has_its_status(self, world: World):
        for error, status in (
            (NotFound("file"), 404),
            (NotAllowed("wrong_role"), 404),
            (NotAllowed("wrong_role", known=True, noun="file", object_id=world.file.id), 403),
            (NotPossible("illegal_move"), 422),
            (Stale(), 409),
        ):
            response = self.answer(error, world.nurse)
            assert response is not None
            assert response.status_code == status

    def test_what_is_no_refusal_goes_on(self, world: World):
        assert self.answer(ValueError("bug"), world.nurse) is None

    def test_programs_get_the_code(self, world: World):
        response = self.answer(NotFound("file"), world.nurse, accept="application/json")
        assert response is not None
        assert response.content == b'{"error": "not_found"}'

    def test_what_one_may_know_of_is_written_with_its_id_and_reason(self, world: World):
        self.answer(
            NotAllowed("wrong_role", known=True, noun="file", object_id=world.file.id), world.nurse
        )
        assert refusals(world) == [
            ("unknown", "file", "wrong_role", world.nurse.id, world.file.id, None, ())
        ]

    def test_a_hidden_thing_is_written_without_id_or_reason(self, world: World):
        self.answer(NotAllowed("not_file_staff", noun="file", object_id=world.file.id), world.nurse)
        assert refusals(world) == [("unknown", "page", "not_found", world.nurse.id, None, None, ())]


class TestDoors:
    def test_a_view_without_a_door_is_refused(self):
        check = middleware.DoorMiddleware(lambda _: HttpResponse())

        def forgotten(request):
            return HttpResponse()

        with pytest.raises(RuntimeError, match="names no door"):
            check.process_view(None, forgotten, (), {})
        assert check.process_view(None, doors.public_page(forgotten), (), {}) is None

    def test_the_demo_is_nowhere_else(self, settings, world: World):
        settings.MODE = "production"
        assert Client().get("/demo/").status_code == 404
        assert Client().post("/demo/inn/koordinator/").status_code == 404

    def test_pages_of_somebody_signed_in_are_kept_by_no_cache(self, world: World):
        page = browser_of(world.nurse).get("/arbeid/")
        assert page.headers["Cache-Control"] == "no-store, private"

    def test_signed_in_page_is_for_staff_and_citizens(self, world: World):
        view = doors.signed_in_page("people.can_see_card")(lambda request: HttpResponse("ok"))
        request = RequestFactory().get("/kort/")
        request.htmx = False
        for actor, status in ((world.nurse, 200), (world.caregiver, 200), (VISITOR, 302)):
            request.actor = actor
            assert view(request).status_code == status


def test_a_refusal_is_written_although_what_the_act_wrote_is_undone(world: World):
    """Registering claims the form's key before it finds that the file is hidden; the claim goes, the row stays."""
    key = uuid.uuid4()
    answer = browser_of(world.nurse).post(
        "/arbeid/parorende/ny/",
        {
            "name": "Anne Haugen",
            "relation": "spouse_partner",
            "phone": "90000001",
            "care_recipient": str(world.care_recipient_person.id),
            "same_as": str(world.file.id),
            "idempotency_key": str(key),
        },
    )
    assert answer.status_code == 404
    assert [row[:3] for row in refusals(world)] == [("register-caregiver", "page", "not_found")]
    with use_actor(world.system):
        assert not DoneOnce.objects.filter(key=key).exists()
