"""Pages of a version that has been proposed or agreed, for staff: see, say yes, record an answer, print, extract."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, form_key, staff_page
from lagspill.agreements import forms, operations, queries
from lagspill.agreements.queries import VersionView
from lagspill.agreements.rules import Answer, How, Side, VersionState
from lagspill.agreements.views.drafting import crumbs
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import queries as people


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """A PDF to save; its name says what it is and nobody's name."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@staff_page("agreements.can_see_version")
@require_safe
def agreement(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """A version as staff see it; a draft is where it is written."""
    version = queries.get_version(request.actor, version_id, clock.now())
    if version.state == VersionState.DRAFT:
        return redirect("agreement-draft", version.file_id)
    return _page(request, version, forms.RecordAnswerForm())


def _page(
    request: Request, version: VersionView, form: forms.RecordAnswerForm, status: int = 200
) -> HttpResponse:
    context = {
        "version": version,
        "may_tell": people.may_tell(request.actor, version.file_id, clock.now()),
        "form": form,
        "key": new_id(),
        "words": content.load("agreement"),
        "crumbs": crumbs(version.file_id, version.caregiver),
    }
    return render(request, "agreements/agreement.html", context, status=status)


@staff_page("agreements.can_edit")
@require_POST
def record_answer(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """What the caregiver answered by phone or on paper."""
    now = clock.now()
    form = forms.RecordAnswerForm(request.POST)
    if form.is_valid():
        answer, how = Answer(form.cleaned_data["answer"]), How(form.cleaned_data["how"])
        try:
            if answer is Answer.YES:
                operations.confirm(
                    actor=request.actor,
                    now=now,
                    version_id=version_id,
                    side=Side.CAREGIVER,
                    how=how,
                    revision=_number(request.POST.get("revision")),
                )
            else:
                operations.give_answer(
                    actor=request.actor,
                    now=now,
                    version_id=version_id,
                    answer=answer,
                    how=how,
                    text=form.cleaned_data["text"],
                    key=form_key(request),
                )
            messages.success(request, _("Svaret er skrevet inn."))
            return redirect("agreement", version_id)
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
    return _page(request, queries.get_version(request.actor, version_id, now), form, status=422)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _act(
    request: Request, version_id: uuid.UUID, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Do one act of the page's buttons; a refusal is shown on the page itself."""
    try:
        act()
    except NotPossible as refusal:
        form = forms.RecordAnswerForm({})
        form.full_clean()
        form.errors.clear()
        form.add_error(None, str(content.reason(refusal.code)))
        version = queries.get_version(request.actor, version_id, clock.now())
        return _page(request, version, form, status=422)
    messages.success(request, done)
    return redirect("agreement", version_id)


@staff_page("agreements.can_confirm_as_municipality")
@require_POST
def confirm(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """The municipality's yes, by the version's lead."""
    revision = _number(request.POST.get("revision"))
    return _act(
        request,
        version_id,
        lambda: operations.confirm(
            actor=request.actor,
            now=clock.now(),
            version_id=version_id,
            side=Side.MUNICIPALITY,
            how=How.PORTAL,
            revision=revision,
        ),
        _("Du har sagt ja for kommunen."),
    )


@staff_page("agreements.can_edit")
@require_POST
def reopen(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """Take a proposal back to change it."""
    return _act(
        request,
        version_id,
        lambda: operations.reopen(actor=request.actor, now=clock.now(), version_id=version_id),
        _("Forslaget er et utkast igjen."),
    )


@staff_page("agreements.can_edit")
@require_POST
def take_lead(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """Lead the version from now on."""
    return _act(
        request,
        version_id,
        lambda: operations.take_lead(actor=request.actor, now=clock.now(), version_id=version_id),
        _("Du leder avtalen nå."),
    )


@staff_page("agreements.can_edit")
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """Drop a draft or proposal, or end the agreement: asked about first."""
    version = queries.get_version(request.actor, version_id, clock.now())
    if request.method == "POST":
        return _act(
            request,
            version_id,
            lambda: operations.withdraw(
                actor=request.actor, now=clock.now(), version_id=version_id
            ),
            _("Avsluttet."),
        )
    context = {
        "version": version,
        "may_tell": people.may_tell(request.actor, version.file_id, clock.now()),
        "crumbs": crumbs(version.file_id, version.caregiver),
    }
    return render(request, "agreements/withdraw.html", context)


@staff_page("agreements.can_see_version")
@require_POST
def pdf(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """The agreement as PDF; a copy that leaves is noted, so it is asked for with a button."""
    made = operations.make_agreement_pdf(
        actor=request.actor,
        now=clock.now(),
        version_id=version_id,
        is_large="large" in request.POST,
    )
    return pdf_answer(made, "avtale")


@staff_page("agreements.can_edit")
@require_http_methods(["GET", "POST"])
def extract(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """What would go to the health record, exactly as the care recipient will read it; then the PDF."""
    now = clock.now()
    if request.method == "POST":
        made = operations.make_extract_pdf(
            actor=request.actor,
            now=now,
            version_id=version_id,
            person_id=_person(request.POST.get("person")),
        )
        return pdf_answer(made, "utdrag-til-journal")
    version = queries.get_version(request.actor, version_id, now)
    extracts = queries.list_extracts(request.actor, version_id, now)
    words = content.load("agreement")["extract"]
    lang = content.active_language()
    shown = [
        {
            "extract": found,
            "lead": words["lead"].fill(lang, care_recipient=found.care_recipient),
            "can_read": words["can_read"].fill(lang, care_recipient=found.care_recipient),
        }
        for found in extracts
    ]
    context = {
        "version": version,
        "may_tell": people.may_tell(request.actor, version.file_id, now),
        "extracts": shown,
        "crumbs": crumbs(version.file_id, version.caregiver),
    }
    return render(request, "agreements/extract.html", context)


def _person(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.UUID(int=0)  # nobody's: answered as any other that is not there
