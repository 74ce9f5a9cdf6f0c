"""Pages of the log: who has read what is one's own, asking about a line; for the privacy officer search and answers."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from lagspill.access import queries as access
from lagspill.access.doors import Request, citizen_page, staff_page
from lagspill.access.rules import Role
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import forms, operations, queries


@citizen_page("people.visible_files")
@require_safe
def my_log(request: Request) -> HttpResponse:
    """Who has read, changed, printed and sent what is mine."""
    words = content.load("log")["only"]
    only = request.GET.get("vis", "")
    only = only if only in words else ""
    after = request.GET.get("etter", "")
    found = queries.get_own_log(request.actor, clock.now(), only=only, after=after)
    context = {
        "log": found,
        "number": request.actor.municipality,
        "only": only,
        "kinds": [(code, words[code]) for code in words],
        "older": "?" + urlencode({"vis": only, "etter": found.next}) if found.next else "",
        "newest": (f"?vis={only}" if only else reverse("my-log", args=[request.actor.municipality]))
        if after
        else "",
        "crumbs": [{"label": _("Min side"), "url": reverse("my-start")}],
    }
    return render(request, "people/my_log.html", context)


@citizen_page("people.visible_log_questions")
@require_http_methods(["GET", "POST"])
def my_line(request: Request, entry_id: uuid.UUID) -> HttpResponse:
    """One line of the own log: ask the privacy officer about it, and read the answer."""
    actor, now = request.actor, clock.now()
    line = queries.find_own_line(actor, entry_id, now)
    if line is None:
        raise NotFound("log", entry_id)
    form = forms.AskLogForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.ask_about_log(
                actor=actor, now=now, entry_id=entry_id, words=form.cleaned_data["words"]
            )
        except NotPossible as refusal:
            messages.error(request, str(content.reason(refusal.code)))
        else:
            messages.success(
                request, _("Takk. Personvernombudet svarer deg her. Du trenger ikke gjøre mer.")
            )
        return redirect("my-log-line", actor.municipality, entry_id)
    log_url = reverse("my-log", args=[actor.municipality])
    context = {
        "line": line,
        "asked": queries.find_own_question(actor, entry_id, now),
        "form": form,
        "crumbs": [
            {"label": _("Min side"), "url": reverse("my-start")},
            {"label": _("Hvem har lest"), "url": log_url},
        ],
    }
    return render(request, "people/my_log_line.html", context, status=422 if form.errors else 200)


@staff_page("people.is_privacy_officer")
@sensitive_post_parameters("digits", "name", "birth_on")
@require_http_methods(["GET", "POST"])
def search(request: Request) -> HttpResponse:
    """The log of the municipality, by person, employee and days: who did what, never on which words."""
    actor, now = request.actor, clock.now()
    if not queries.is_privacy_officer(actor, now):
        raise NotFound("page")
    staff = access.list_members(roles=[role.value for role in Role], unit_ids=None, now=now)
    form = forms.LogSearchForm(request.POST if request.method == "POST" else None, staff=staff)
    context = {"form": form, "crumbs": [{"label": _("Start"), "url": reverse("staff-start")}]}
    if request.method == "POST" and form.is_valid():
        rows, following = queries.search_log(
            actor, form.sought(), now, after=request.POST.get("after", "")
        )
        context |= {"rows": rows, "next": following, "is_found": True}
    return render(request, "people/log_search.html", context, status=422 if form.errors else 200)


@staff_page("people.can_see_log_question")
@require_http_methods(["GET", "POST"])
def question(request: Request, question_id: uuid.UUID) -> HttpResponse:
    """A question about a log, for the privacy officer: what was asked, the line it is about, and the answer."""
    actor, now = request.actor, clock.now()
    view = queries.get_log_question(actor, question_id, now)
    form = forms.AnswerLogForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.answer_log_question(
                actor=actor, now=now, question_id=question_id, answer=form.cleaned_data["answer"]
            )
        except NotPossible as refusal:
            messages.error(request, str(content.reason(refusal.code)))
            return redirect("log-question", question_id)
        messages.success(request, _("Svaret er sendt."))
        return redirect("staff-start")
    context = {
        "question": view,
        "form": form,
        "crumbs": [{"label": _("Start"), "url": reverse("staff-start")}],
    }
    return render(request, "people/log_question.html", context, status=422 if form.errors else 200)
