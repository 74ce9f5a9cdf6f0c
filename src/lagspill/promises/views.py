"""Pages of promises: for staff who keep them, for the caregiver they were made to, and the leader's month."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lagspill.access.doors import Request, citizen_page, staff_page
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotPossible
from lagspill.promises import forms, operations, queries
from lagspill.promises.rules import Reason

REASONS = dict(forms.REASONS)


@staff_page("promises.visible_promises")
@require_http_methods(["GET", "POST"])
def promise(request: Request, promise_id: uuid.UUID) -> HttpResponse:
    """See a promise; say it was kept, move it, answer a report."""
    if request.method == "POST":
        return _act(request, promise_id)
    return _staff_page(request, promise_id)


def _act(request: Request, promise_id: uuid.UUID) -> HttpResponse:
    """One of three acts, named by the button."""
    now, actor = clock.now(), request.actor
    act = request.POST.get("act", "")
    form: django_forms.Form | None = None
    try:
        if act == "keep":
            operations.keep_promise(actor=actor, now=now, promise_id=promise_id)
            messages.success(request, _("Løftet er holdt. Den pårørende ser det nå."))
        elif act == "move":
            form = forms.MoveForm(request.POST)
            if not form.is_valid():
                return _staff_page(request, promise_id, move=form)
            operations.move_promise(
                actor=actor, now=now, promise_id=promise_id, **form.cleaned_data
            )
            messages.success(request, _("Ny dato er satt. Den pårørende ser hvorfor."))
        elif act == "answer":
            form = forms.AnswerForm(request.POST)
            if not form.is_valid():
                return _staff_page(request, promise_id, answer=form)
            view = queries.get_promise(actor, promise_id, now)[0]
            if view.open_report is None:
                raise NotPossible("report_answered")
            operations.answer_report(
                actor=actor,
                now=now,
                report_id=view.open_report.id,
                answer=form.cleaned_data["answer"],
            )
            messages.success(request, _("Svaret er sendt."))
        elif act == "withdraw":
            operations.withdraw_promise(
                actor=actor, now=now, promise_id=promise_id, reason=Reason.CAREGIVER_ASKED
            )
            messages.success(request, _("Løftet er trukket tilbake."))
    except NotPossible as refusal:
        if form is not None:
            form.add_error(None, str(content.reason(refusal.code)))
            key = "move" if isinstance(form, forms.MoveForm) else "answer"
            return _staff_page(request, promise_id, **{key: form})
        messages.error(request, str(content.reason(refusal.code)))
    return redirect("promise", promise_id)


def _staff_page(
    request: Request,
    promise_id: uuid.UUID,
    *,
    move: django_forms.Form | None = None,
    answer: django_forms.Form | None = None,
) -> HttpResponse:
    now, actor = clock.now(), request.actor
    view, history, reports = queries.get_promise(actor, promise_id, now)
    report = view.open_report
    context: dict[str, Any] = {
        "promise": view,
        "history": history,
        "reports": reports,
        "reasons": REASONS,
        "may_keep": view.is_open and queries.can_keep(actor, promise_id, now),
        "may_answer": report is not None and queries.can_answer(actor, report.id, now),
        "move": move or forms.MoveForm(),
        "answer": answer or forms.AnswerForm(),
    }
    return render(request, "promises/promise.html", context, status=422 if move or answer else 200)


@staff_page("promises.list_month")
@require_safe
def kept(request: Request) -> HttpResponse:
    """This month's kept and overdue promises in the units the actor leads."""
    return render(
        request, "promises/kept.html", {"units": queries.list_month(request.actor, clock.now())}
    )


@citizen_page("promises.visible_promises")
@require_http_methods(["GET", "POST"])
def my_promise(request: Request, promise_id: uuid.UUID) -> HttpResponse:
    """The caregiver sees where a promise stands, and can say that it was not followed."""
    now = clock.now()
    number = request.actor.municipality
    view, history, reports = queries.get_promise(request.actor, promise_id, now)
    form = forms.ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.report_not_followed(
                actor=request.actor,
                now=now,
                promise_id=promise_id,
                words=form.cleaned_data["words"],
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Takk for at du sa fra."))
            return redirect("my-promise", number, promise_id)
    context = {
        "promise": view,
        "history": history,
        "reports": reports,
        "reasons": REASONS,
        "form": form,
        "number": number,
    }
    return render(request, "promises/my_promise.html", context, status=422 if form.errors else 200)
