"""Pages of promises: for staff who keep them, for the caregiver they were made to, and the leader's month."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lagspill.access.doors import Request, citizen_page, staff_page
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotPossible, Stale
from lagspill.people import queries as people
from lagspill.promises import forms, operations, queries

REASONS = dict(forms.REASONS)
Act = Callable[[Request, uuid.UUID, Any], str]


def _keep(request: Request, promise_id: uuid.UUID, form: Any) -> str:
    operations.keep_promise(actor=request.actor, now=clock.now(), promise_id=promise_id)
    return _("Løftet er holdt. Den pårørende ser det nå.")


def _move(request: Request, promise_id: uuid.UUID, form: Any) -> str:
    operations.move_promise(
        actor=request.actor, now=clock.now(), promise_id=promise_id, **form.cleaned_data
    )
    return _("Ny dato er satt. Den pårørende ser hvorfor.")


def _withdraw(request: Request, promise_id: uuid.UUID, form: Any) -> str:
    operations.withdraw_promise(
        actor=request.actor,
        now=clock.now(),
        promise_id=promise_id,
        reason=form.cleaned_data["why"],
    )
    return _("Løftet er trukket tilbake. Den pårørende ser hvorfor.")


def _report(request: Request, promise_id: uuid.UUID, form: Any) -> str:
    report = operations.report_not_followed(
        actor=request.actor,
        now=clock.now(),
        promise_id=promise_id,
        words=form.cleaned_data["words"],
    )
    return _("Meldt til lederen, som svarer innen %(day)s.") % {
        "day": queries.day_in_words(report.answer_by, clock.now())
    }


def _answer(request: Request, promise_id: uuid.UUID, form: Any) -> str:
    held = queries.get_promise(request.actor, promise_id, clock.now())
    report = held.promise.open_report
    if report is None:
        raise NotPossible("report_answered")
    operations.answer_report(
        actor=request.actor,
        now=clock.now(),
        report_id=report.id,
        answer=form.answer_given(),
    )
    return _("Svaret er sendt. Den pårørende ser det nå.")


#: What the buttons of the staff page say, the form each takes, and the act.
ACTS: dict[str, tuple[type[Form], Act]] = {
    "keep": (Form, _keep),
    "move": (forms.MoveForm, _move),
    "withdraw": (forms.WithdrawForm, _withdraw),
    "report": (forms.ReportForm, _report),
    "answer": (forms.AnswerForm, _answer),
}


@staff_page("promises.visible_promises")
@require_http_methods(["GET", "POST"])
def promise(request: Request, promise_id: uuid.UUID) -> HttpResponse:
    """See a promise; say it was kept, move it, withdraw it, take down a report, answer one."""
    act = request.POST.get("act", "")
    if request.method == "GET" or act not in ACTS:
        return _staff_page(request, promise_id)
    form_class, run = ACTS[act]
    form = form_class(request.POST)
    if not form.is_valid():
        return _staff_page(request, promise_id, act, form)
    try:
        done = run(request, promise_id, form)
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _staff_page(
            request, promise_id, act, form, 409 if isinstance(refusal, Stale) else 422
        )
    messages.success(request, done)
    # An answer given closes the report to the leader who gave it: what is left to see is the list.
    return redirect("kept") if act == "answer" else redirect("promise", promise_id)


def _staff_page(
    request: Request,
    promise_id: uuid.UUID,
    act: str = "",
    form: Form | None = None,
    status: int = 422,
) -> HttpResponse:
    page = queries.get_promise(request.actor, promise_id, clock.now())
    fresh = {
        "move": forms.MoveForm(initial={"version": page.promise.version}),
        "withdraw": forms.WithdrawForm(),
        "report": forms.ReportForm(),
        "answer": forms.AnswerForm(),
    }
    if form is not None:
        fresh[act] = form
    context: dict[str, Any] = {
        "page": page,
        "may_tell": people.may_tell(request.actor, page.promise.file_id, clock.now()),
        "promise": page.promise,
        "reasons": REASONS,
        "refused": act if form is not None else "",
        "refused_form": form,
        "move": fresh["move"],
        "withdraw": fresh["withdraw"],
        "report_form": fresh["report"],
        "answer": fresh["answer"],
    }
    return render(request, "promises/promise.html", context, status=200 if form is None else status)


@staff_page("promises.list_month")
@require_safe
def kept(request: Request) -> HttpResponse:
    """This month's kept and overdue promises in the units the actor leads."""
    context = {"units": queries.list_month(request.actor, clock.now())}
    return render(request, "promises/kept.html", context)


@citizen_page("promises.visible_promises")
@require_http_methods(["GET", "POST"])
def my_promise(request: Request, promise_id: uuid.UUID) -> HttpResponse:
    """The caregiver sees where a promise stands, and can say that it was not followed."""
    form = forms.ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = _report(request, promise_id, form)
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Takk for at du sa fra.") + " " + done)
            return redirect("my-promise", request.actor.municipality, promise_id)
    page = queries.get_promise(request.actor, promise_id, clock.now())
    context = {
        "page": page,
        "promise": page.promise,
        "reasons": REASONS,
        "form": form,
        "number": request.actor.municipality,
    }
    return render(request, "promises/my_promise.html", context, status=422 if form.errors else 200)
