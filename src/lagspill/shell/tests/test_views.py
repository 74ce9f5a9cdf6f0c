"""Pages of the shell through a browser: front, sign-in, language, errors, whether it lives, and the start pages."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from lagspill.kernel.actor import VISITOR
from lagspill.shell import cast
from lagspill.shell.views import frame
from tests.browser import browser_of
from tests.world import World


def reader(language: str) -> Client:
    """A browser whose reader chose a language before."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def text(response: HttpResponse) -> str:
    return response.content.decode()


class TestWithoutSignIn:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("nb", "Tar du vare på noen?"),
            ("nn", "Tek du vare på nokon?"),
            ("en", "Do you take care of somebody?"),
        ],
    )
    def test_the_front_page_speaks_the_readers_language(self, db: None, language: str, words: str):
        page = reader(language).get("/")
        assert page.status_code == 200
        assert words in text(page)
        assert f'<html lang="{language}"' in text(page)

    @pytest.mark.parametrize("path", ["/tilgjengelighet/", "/personvern/", "/demo/", "/ui/"])
    def test_pages_answer(self, db: None, path: str):
        assert Client().get(path).status_code == 200

    def test_the_service_lives_and_is_ready(self, db: None):
        for path in ("/drift/levende/", "/drift/klar/"):
            answer = Client().get(path)
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def test_reading_pages_take_no_posts(self, db: None):
        for path in ("/", "/drift/klar/", "/demo/"):
            assert Client().post(path).status_code == 405
        for path in ("/sprak/", "/logg-ut/", "/demo/inn/koordinator/"):
            assert Client().get(path).status_code == 405


class TestSignIn:
    def test_leads_to_the_cast_in_the_demo_and_says_so_elsewhere(self, db: None, settings):
        assert Client().get("/logg-inn/").headers["Location"] == "/demo/"
        settings.MODE = "production"
        page = Client().get("/logg-inn/")
        assert page.status_code == 200
        assert "Ring kommunen din" in text(page)
        assert "Oppdiktet innhold" not in text(page)

    def test_the_page_asked_for_is_kept_through_sign_in(self, db: None):
        demo = Client().get("/min/", follow=True)
        assert demo.redirect_chain[-1][0] == "/demo/?neste=/min/"
        assert '<input type="hidden" name="neste" value="/min/">' in text(demo)
        answer = Client().post("/demo/inn/ektefelle/", {"neste": "/personvern/"})
        assert answer.headers["Location"] == "/personvern/"

    @pytest.mark.parametrize(
        "target",
        ["//ond.example/", "https://ond.example/", "/\\ond.example", "javascript:1", "mine/", ""],
    )
    def test_nobody_is_led_away_by_sign_in(self, db: None, target: str):
        answer = Client().post("/demo/inn/ektefelle/", {"neste": target})
        assert answer.headers["Location"] == "/min/"
        assert 'name="neste"' not in text(Client().get("/demo/", {"neste": target}))

    @pytest.mark.parametrize("language", ["nb", "nn", "en"])
    def test_the_cast_is_presented_in_the_readers_language(self, db: None, language: str):
        page = text(reader(language).get("/demo/"))
        with translation.override(language):
            for person in (*cast.COLLEAGUES, *cast.CITIZENS):
                assert person.name in page
                assert str(person.about) in page
                assert f"/demo/inn/{person.persona}/" in page
        if language == "en":
            assert "Caregiver coordinator in Vefsn" in page

    def test_signs_a_colleague_and_a_citizen_in_to_their_start_page(self, world: World):
        for persona, start in (("koordinator", "/arbeid/"), ("datter", "/min/")):
            client = Client()
            answer = client.post(f"/demo/inn/{persona}/")
            assert (answer.status_code, answer.headers["Location"]) == (302, start)
            page = client.get(start)
            assert page.status_code == 200

    def test_nobody_else_is_signed_in(self, world: World):
        assert Client().post("/demo/inn/sjef/").status_code == 404

    def test_a_colleague_without_a_demo_world_is_nobody(self, db: None):
        client = Client()
        assert client.post("/demo/inn/koordinator/").status_code == 404
        assert client.get("/arbeid/").status_code == 302

    def test_signing_in_as_another_ends_the_first(self, world: World):
        client = Client()
        client.post("/demo/inn/koordinator/")
        client.post("/demo/inn/datter/")
        assert client.get("/arbeid/").status_code == 404
        client.post("/logg-ut/")
        assert client.get("/min/").status_code == 302


class TestLanguage:
    @pytest.mark.parametrize("language", ["nb", "nn", "en"])
    def test_is_remembered_and_one_goes_back_to_where_one_was(self, db: None, language: str):
        client = Client()
        answer = client.post("/sprak/", {"language": language, "next": "/personvern/"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/personvern/")
        cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
        assert (cookie.value, cookie["samesite"], cookie["httponly"]) == (language, "Lax", True)
        assert f'<html lang="{language}"' in text(client.get("/"))

    @pytest.mark.parametrize(
        "target",
        [
            "https://example.org/",
            "//example.org/",
            "///example.org",
            "/\\example.org",
            "http:\\\\example.org",
            "javascript:alert(1)",
            "\x08//example.org",
            "https:example.org",
        ],
    )
    def test_never_leads_away(self, db: None, target: str):
        answer = Client().post("/sprak/", {"language": "nn", "next": target})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")

    @pytest.mark.parametrize("language", ["", "de", "nb; path=/", "../../etc"])
    def test_other_languages_are_not_remembered(self, db: None, language: str):
        answer = Client().post("/sprak/", {"language": language})
        assert answer.headers["Location"] == "/"
        assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


class TestErrors:
    def test_an_address_that_leads_nowhere(self, db: None):
        page = Client().get("/finnes/ikke/")
        assert page.status_code == 404
        assert "<h1" in text(page)

    def test_a_fault_of_ours_says_so_and_asks_the_database_nothing(self):
        page = frame.broken(RequestFactory().get("/"))
        assert page.status_code == 500
        assert "<h1" in text(page)

    def test_an_exception_becomes_that_page(self, db: None, monkeypatch: pytest.MonkeyPatch):
        def fail() -> None:
            raise RuntimeError("database gone")

        monkeypatch.setattr("lagspill.tenancy.queries.database_answers", fail)
        page = Client(raise_request_exception=False).get("/drift/klar/")
        assert page.status_code == 500
        assert "database gone" not in text(page)

    def test_a_form_that_is_too_old(self, db: None):
        client = Client(enforce_csrf_checks=True)
        answer = client.post("/sprak/", {"language": "nn"})
        assert answer.status_code == 403
        assert "<h1" in text(answer)

    def test_errors_for_programs_are_codes(self, db: None):
        request = RequestFactory().get("/", headers={"accept": "application/json"})
        request.actor = VISITOR
        answer = frame.not_found(request, Exception())
        assert (answer.status_code, answer.content) == (404, b'{"error": "not_found"}')


class TestStartPages:
    @pytest.mark.parametrize("who", ["coordinator", "nurse", "other_nurse", "leader", "admin"])
    def test_each_member_of_staff_has_one(self, world: World, who: str):
        page = browser_of(getattr(world, who)).get("/arbeid/")
        assert page.status_code == 200
        assert ("Arne Haugen" in text(page)) is (who in ("coordinator", "nurse"))

    @pytest.mark.parametrize("who", ["caregiver", "care_recipient", "unknown_citizen"])
    def test_each_citizen_has_one(self, world: World, who: str):
        page = browser_of(getattr(world, who)).get("/min/")
        assert page.status_code == 200
        assert ("Arne Haugen" in text(page)) is (who in ("caregiver", "care_recipient"))
        if who != "caregiver":
            assert "Anne Haugen" not in text(page)

    def test_the_file_is_for_its_staff(self, world: World):
        path = f"/arbeid/fil/{world.file.id}/"
        page = browser_of(world.coordinator).get(path)
        assert page.status_code == 200
        assert "Anne Haugen" in text(page)
        for actor in (world.nurse, world.leader, world.admin, world.stranger):
            assert browser_of(actor).get(path).status_code == 404

    def test_a_caregiver_sees_whom_to_call(self, world: World):
        page = browser_of(world.caregiver).get("/min/")
        assert "Kari Moe" in text(page)
        assert "90000100" in text(page)
