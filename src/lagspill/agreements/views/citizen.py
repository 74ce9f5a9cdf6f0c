"""The caregiver's own agreement: read it, see who reads each part, say yes, ask for a change, say no, end it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lagspill.access.doors import Request, citizen_page, form_key
from lagspill.agreements import forms, operations, queries
from lagspill.agreements.rules import Answer, How, Side
from lagspill.agreements.views.following import pdf_answer
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotPossible, Stale
from lagspill.kernel.ids import new_id


@citizen_page("agreements.can_see_version")
@require_http_methods(["GET", "POST"])
def my_agreement(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """The agreement, and the answer to it, on one page."""
    if request.method == "GET":
        return _page(request, version_id, forms.CaregiverAnswerForm())
    form = forms.CaregiverAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, version_id, form, status=422)
    try:
        done = _answer(request, version_id, form)
    except Stale:
        form.add_error(None, _("Forslaget ble endret mens du leste. Se over det på nytt."))
        return _page(request, version_id, form, status=409)
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _page(request, version_id, form, status=422)
    messages.success(request, done)
    if form.cleaned_data["answer"] == Answer.CHANGE:
        return redirect("my-start")
    return redirect("my-agreement", request.actor.municipality, version_id)


def _answer(request: Request, version_id: uuid.UUID, form: forms.CaregiverAnswerForm) -> str:
    answer = Answer(form.cleaned_data["answer"])
    now = clock.now()
    if answer is Answer.YES:
        operations.confirm(
            actor=request.actor,
            now=now,
            version_id=version_id,
            side=Side.CAREGIVER,
            how=How.PORTAL,
            revision=form.cleaned_data["revision"],
        )
        return _("Takk. Du har sagt ja til avtalen.")
    operations.give_answer(
        actor=request.actor,
        now=now,
        version_id=version_id,
        answer=answer,
        how=How.PORTAL,
        text=form.cleaned_data["text"],
        key=form_key(request),
    )
    said = {
        Answer.CHANGE: _("Takk. Kontakten din ser på det og kommer tilbake med et nytt forslag."),
        Answer.NO: _("Takk for svaret. Et nei er helt i orden."),
    }
    return said.get(answer, _("Avtalen er avsluttet."))


def _page(
    request: Request, version_id: uuid.UUID, form: forms.CaregiverAnswerForm, status: int = 200
) -> HttpResponse:
    version = queries.get_version(request.actor, version_id, clock.now())
    words = content.load("agreement")
    lang = content.active_language()
    context = {
        "version": version,
        "words": words,
        "lead_text": words["heading"]["subtitle"].fill(
            lang,
            caregiver=version.caregiver,
            municipality=queries.municipality_words(version.municipality),
            care_recipient=version.recipient_names,
        ),
        "form": form,
        "key": new_id(),
        "is_mine": True,
        "crumbs": [{"label": _("Min side"), "url": reverse("my-start")}],
    }
    return render(request, "agreements/my_agreement.html", context, status=status)


@citizen_page("agreements.can_see_version")
@require_POST
def my_pdf(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """The caregiver's own copy as PDF, in large print if they like."""
    made = operations.make_agreement_pdf(
        actor=request.actor,
        now=clock.now(),
        version_id=version_id,
        is_large="large" in request.POST,
    )
    return pdf_answer(made, "avtale")
