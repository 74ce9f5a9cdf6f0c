"""Sign-in of the cast, language, errors, and whether the service lives."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from lagspill.access import sign_in as sessions
from lagspill.access.doors import Request, demo_page, public_page
from lagspill.access.middleware import answer
from lagspill.kernel import content
from lagspill.kernel.errors import NotFound
from lagspill.shell import cast, people_of_demo
from lagspill.tenancy import queries as tenancy

LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60


def csrf_failed(request: Request, reason: str = "") -> HttpResponse:
    """The form's secret did not match: most often an old page. Words typed are still in the browser's form."""
    return answer(request, 403, "page_too_old")


@public_page
@require_safe
def alive(request: Request) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@public_page
@require_safe
def ready(request: Request) -> HttpResponse:
    """The process answers, and so does its database."""
    tenancy.database_answers()
    return JsonResponse({"status": "ok"})


@public_page
@require_safe
def sign_in(request: Request) -> HttpResponse:
    """Where to sign in: the cast in demo mode. An outside sign-in comes later and takes this page over."""
    if sessions.is_demo():
        wish = _own_address(request.GET.get("neste", ""))
        return redirect(f"{reverse('demo')}?neste={quote(wish)}" if wish else "demo")
    return render(request, "shell/sign_in.html")


def _own_address(text: str) -> str:
    """The address if it is one of ours without a host, else nothing: nobody is led away from here."""
    is_own = text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_own else ""


@public_page
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session."""
    sessions.sign_out(request)
    return redirect("demo" if sessions.is_demo() else "sign-in")


@public_page
@require_POST
def set_language(request: Request) -> HttpResponse:
    """Remember the reader's language in a cookie and go back to where they were."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@demo_page
@require_safe
def demo(request: Request) -> HttpResponse:
    """The cast, each with a button that signs in."""
    wish = _own_address(request.GET.get("neste", ""))
    shown = {"colleagues": cast.COLLEAGUES, "citizens": cast.CITIZENS, "wish": wish}
    return render(request, "shell/demo.html", shown)


@demo_page
@require_POST
def demo_sign_in(request: Request, persona: str) -> HttpResponse:
    """Sign in as one of the cast and go to the page that was asked for before, else to that person's start page."""
    wish = _own_address(request.POST.get("neste", ""))
    for colleague in cast.COLLEAGUES:
        if colleague.persona == persona:
            staff_id = people_of_demo.find_colleague(colleague)
            if staff_id is None:
                break
            sessions.sign_in_staff(request, staff_id, colleague.municipality)
            return redirect(wish or "staff-start")
    for citizen in cast.CITIZENS:
        if citizen.persona == persona:
            sessions.sign_in_citizen(request, people_of_demo.identity_of(citizen))
            return redirect(wish or "my-start")
    raise NotFound("page")


def not_found(request: Request, exception: Exception) -> HttpResponse:
    """An address that leads nowhere; the same page as for what is hidden."""
    return answer(request, 404, "not_found")


def broken(request: Request) -> HttpResponse:
    """A fault of ours. Says so, and what to do; the log has the rest. Asks the database nothing."""
    page = render_to_string("ui/error.html", {"reason": content.reason("broken")})
    return HttpResponse(page, status=500)
