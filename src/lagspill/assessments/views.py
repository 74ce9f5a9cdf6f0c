"""Pages of check-ins: the caregiver's own, what staff get to see of them, and a call to make."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, citizen_page, form_key, staff_page
from lagspill.access.operations import claim_once
from lagspill.assessments import forms, operations, queries
from lagspill.assessments.rules import Change, Kind, Outcome, Why
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import queries as people
from lagspill.people.queries import FileView
from lagspill.people.rules import Channel
from lagspill.ui import dates

# --- the caregiver's own pages ----------------------------------------------------------------------------------------


@citizen_page("assessments.visible_answers")
@require_http_methods(["GET", "POST"])
def my_check_in(request: Request) -> HttpResponse:
    """The questions, with what was begun earlier filled in; sending leads to the result."""
    now, instrument = clock.now(), content.instrument(queries.OWN)
    if request.method == "GET":
        file = _own_file(request)
        begun = queries.find_begun(request.actor, file.id, now)
        form = forms.CheckInForm(instrument=instrument, initial=_first(begun))
        return _questions(request, file, form, begun=begun)
    file_id = _own_file_id(request)
    form = forms.CheckInForm(request.POST, instrument=instrument)
    if not form.is_valid():
        return _questions(request, _own_file(request), form, status=422)
    try:
        sent = operations.submit_check_in(
            actor=request.actor,
            now=now,
            file_id=file_id,
            answers=form.answers(),
            wants_call=form.wants_call,
            sheet=form.cleaned_data["sheet"],
        )
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _questions(request, _own_file(request), form, status=422)
    if sent.answer_id is None:
        messages.success(request, _call_words(request, _own_file(request)))
        return redirect("my-check-in", request.actor.municipality)
    return redirect("my-check-in-result", request.actor.municipality, sent.answer_id)


@citizen_page("assessments.visible_answers")
@require_POST
def save_my_check_in(request: Request) -> HttpResponse:
    """Keep what is answered so far: while one answers, or by the button "go on later"."""
    file_id = _own_file_id(request)
    form = forms.CheckInForm(request.POST, instrument=content.instrument(queries.OWN))
    if not form.is_valid():
        return _questions(request, _own_file(request), form, status=422)
    if form.answers() or form.cleaned_data["closing"]:
        operations.save_check_in(
            actor=request.actor,
            now=clock.now(),
            file_id=file_id,
            sheet=form.cleaned_data["sheet"],
            answers=form.answers(),
            closing=form.cleaned_data["closing"],
        )
    if request.htmx:
        return HttpResponse(status=204)
    messages.success(request, _("Lagret. Bare du ser det. Du kan fortsette når du vil."))
    return redirect("my-check-in", request.actor.municipality)


@citizen_page("assessments.can_answer")
@require_safe
def my_result(request: Request, answer_id: uuid.UUID) -> HttpResponse:
    """The result, to the caregiver first: over time, who reads it, and whether somebody rings."""
    now = clock.now()
    check_in = queries.get_own_check_in(request.actor, answer_id, now)
    file = _own_file(request)
    earlier = queries.list_check_ins(request.actor, file.id, now)
    trend = queries.get_trend(earlier)
    call = _open_call(queries.list_open_requests(request.actor, file.id, now))
    context = {
        "check_in": check_in,
        "is_shared": check_in.audience == "talk",
        "readers": people.reader_sentences(request.actor, file.id, [], now),
        "trend": trend,
        "trend_words": _trend_words(trend, is_own=True),
        "has_more": len(earlier) > 1,
        "earlier": [view for view in earlier if view.id != check_in.id],
        "call": call,
        "who_rings": queries.who_rings(file),
        "words": content.instrument(queries.OWN).words,
        "number": file.municipality,
        "key": new_id(),
        "crumbs": _my_crumbs(file),
    }
    return render(request, "assessments/my_result.html", context)


@citizen_page("assessments.can_answer")
@require_POST
def set_my_readers(request: Request, answer_id: uuid.UUID) -> HttpResponse:
    """Share a result, or take it back."""
    form = forms.ReadersForm(request.POST)
    if not form.is_valid():
        raise NotPossible("placing_needs_audience")
    is_shared = form.cleaned_data["readers"] == "talk"
    operations.set_check_in_readers(
        actor=request.actor, now=clock.now(), answer_id=answer_id, is_shared=is_shared
    )
    messages.success(
        request, _("Svarene er delt.") if is_shared else _("Nå er det bare du som ser svarene.")
    )
    return redirect("my-check-in-result", request.actor.municipality, answer_id)


@citizen_page("assessments.visible_requests")
@require_POST
def ask_for_my_call(request: Request) -> HttpResponse:
    """Ask to be called, whatever was answered."""
    file = _own_file(request)
    operations.ask_for_call(actor=request.actor, now=clock.now(), file_id=file.id)
    messages.success(request, _call_words(request, file))
    return redirect("my-check-in", file.municipality)


@citizen_page("assessments.can_cancel_call")
@require_POST
def cancel_my_call(request: Request) -> HttpResponse:
    """Take back the wish to be called."""
    file = _own_file(request)
    operations.cancel_call(actor=request.actor, now=clock.now(), file_id=file.id)
    messages.success(request, _("Da ringer vi ikke. Du kan be om en telefon igjen når du vil."))
    return redirect("my-check-in", file.municipality)


def _first(begun: queries.Begun | None) -> dict[str, Any]:
    if begun is None:
        return {"sheet": new_id()}
    kept = forms.CheckInForm.first(begun.answers)
    return {**kept, "sheet": begun.sheet, "closing": begun.closing}


def _own_file_id(request: Request) -> uuid.UUID:
    """For an act on the own file. Raises NotFound."""
    found = people.find_own_file(request.actor, clock.now())
    if found is None:
        raise NotFound("file")
    return found


def _own_file(request: Request) -> FileView:
    files = people.list_own_files(request.actor, clock.now())
    if not files:
        raise NotFound("file")
    return files[0]


def _open_call(requests: list[queries.RequestView]) -> queries.RequestView | None:
    return next((row for row in requests if row.kind == Kind.CALL and row.why == Why.ASKED), None)


def _my_crumbs(file: FileView) -> list[dict[str, str]]:
    return [
        {"label": _("Min side"), "url": reverse("my-start")},
        {
            "label": _("Hvordan har du det?"),
            "url": reverse("my-check-in", args=[file.municipality]),
        },
    ]


def _call_words(request: Request, file: FileView) -> str:
    call = _open_call(queries.list_open_requests(request.actor, file.id, clock.now()))
    if call is None or call.due_on is None:
        return _("Vi har fått beskjeden din.")
    return _("%(name)s ringer deg innen %(day)s.") % {
        "name": queries.who_rings(file),
        "day": _day(call.due_on, long=True),
    }


def _questions(
    request: Request,
    file: FileView,
    form: forms.CheckInForm,
    *,
    status: int = 200,
    begun: queries.Begun | None = None,
) -> HttpResponse:
    now = clock.now()
    instrument = content.instrument(queries.OWN)
    open_now = queries.list_open_requests(request.actor, file.id, now)
    who = queries.who_rings(file)
    context = {
        "form": form,
        "instrument": instrument,
        "words": instrument.words,
        "closing_help": instrument.words["closing_help"].fill(
            content.active_language(), contact=who
        ),
        "begun": begun,
        "asked": next((row for row in open_now if row.kind == Kind.CHECK_IN), None),
        "call": _open_call(open_now),
        "who_rings": who,
        "last": next(iter(queries.list_check_ins(request.actor, file.id, now)), None),
        "number": file.municipality,
        "first_words": people.before_own_words([r.care_recipient.name for r in file.relations]),
        "crumbs": _my_crumbs(file)[:1],
    }
    return render(request, "assessments/my_check_in.html", context, status=status)


# --- staff ------------------------------------------------------------------------------------------------------------


@staff_page("assessments.visible_answers")
@require_safe
def file_check_ins(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """What the caregiver has shared of own check-ins, over time, and a way to ask."""
    now = clock.now()
    file = people.get_file(request.actor, file_id, now)
    check_ins = queries.list_check_ins(request.actor, file_id, now)
    trend = queries.get_trend(check_ins)
    open_now = queries.list_open_requests(request.actor, file_id, now)
    context = {
        "file": file,
        "may_tell": people.may_tell(request.actor, file_id, now),
        "check_ins": check_ins,
        "trend": trend,
        "trend_words": _trend_words(trend, is_own=False),
        "words": content.instrument(queries.OWN).words,
        "readers": people.reader_sentences(request.actor, file_id, [], now)["talk"],
        "last_asked": queries.find_last_asked(request.actor, file_id, now),
        "calls": [row for row in open_now if row.kind == Kind.CALL],
        "key": new_id(),
        "crumbs": [{"label": file.caregiver.name, "url": reverse("file", args=[file_id])}],
    }
    return render(request, "assessments/file_check_ins.html", context)


@staff_page("assessments.can_ask")
@require_POST
def ask(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """Ask the caregiver how it goes."""
    now = clock.now()
    own_call = None
    if claim_once(actor=request.actor, key=form_key(request), now=now):
        try:
            made = operations.ask_check_in(actor=request.actor, now=now, file_id=file_id)
        except NotPossible as refusal:
            messages.error(request, str(content.reason(refusal.code)))
        else:
            is_call = made.kind == Kind.CALL
            own_call = made.id if is_call and made.asked_by == request.actor.id else None
            messages.success(
                request,
                _("Spørsmålet blir en telefon. Den står i arbeidslisten.")
                if is_call
                else _("Spørsmålet er sendt. Svaret går til den pårørende selv først."),
            )
    try:
        people.get_file_row(request.actor, file_id, now)
    except (
        NotFound
    ):  # staff who only see that the relation exists: the call they asked for is theirs to make
        return redirect("call-request", own_call) if own_call else redirect("staff-start")
    return redirect("file-check-ins", file_id)


@staff_page("assessments.can_see_request")
@require_http_methods(["GET", "POST"])
def call_request(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """A call to make: whom, how to reach them safely, why; and how it went."""
    now = clock.now()
    call = queries.get_call(request.actor, request_id, now)
    form = forms.CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not claim_once(actor=request.actor, key=form_key(request), now=now):
            return redirect("call-request", request_id)
        outcome: Outcome = form.cleaned_data["outcome"]
        try:
            operations.record_call(
                actor=request.actor, now=now, request_id=request_id, outcome=outcome
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(
                request,
                _("Notert. Den står på listen til noen har fått svar.")
                if outcome is Outcome.NOT_REACHED
                else _("Notert. Den er ute av arbeidslisten."),
            )
            return redirect("call-request", request_id)
    return _call_page(request, call, form)


def _call_page(request: Request, call: queries.CallView, form: forms.CallForm) -> HttpResponse:
    held = call.file.reach
    blocked = {
        Channel.PHONE: _("telefon"),
        Channel.SMS: _("SMS"),
        Channel.EMAIL: _("e-post"),
        Channel.LETTER: _("brev"),
        Channel.IN_PERSON: _("besøk"),
    }
    context: dict[str, Any] = {
        "call": call,
        "request_row": call.request,
        "file": call.file,
        "may_tell": people.may_tell(request.actor, call.file.id, clock.now()),
        "form": form,
        "key": new_id(),
        "may_ring": held.allows(Channel.PHONE),
        "blocked": [word for channel, word in blocked.items() if channel in held.blocked],
        "crumbs": [
            {"label": call.file.caregiver.name, "url": reverse("file", args=[call.file.id])}
            if call.may_open
            else {"label": _("Startside"), "url": reverse("staff-start")}
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "assessments/call_request.html", context, status=status)


# --- words ------------------------------------------------------------------------------------------------------------


def _day(day: Any, *, long: bool = False) -> str:
    today = dates.local_day(clock.now())
    word = dates.date_long if long else dates.date_day
    return word(day, get_language() or "nb", today)


def _trend_words(trend: queries.Trend | None, *, is_own: bool) -> str:
    """What became of the sum, in a sentence that does not judge."""
    if trend is None or trend.previous is None or trend.previous_on is None:
        return ""
    values = {"before": trend.previous, "after": trend.last, "day": _day(trend.previous_on)}
    if is_own:
        words = {
            Change.LIGHTER: _("Fra %(before)s til %(after)s siden %(day)s. Lavere tall betyr at svarene dine er lettere enn sist."),
            Change.HEAVIER: _("Fra %(before)s til %(after)s siden %(day)s. Høyere tall betyr at svarene dine er tyngre enn sist."),
            Change.SAME: _("Tallet er %(after)s, som %(day)s."),
        }  # fmt: skip  # one sentence a line reads better
    else:
        words = {
            Change.LIGHTER: _("Fra %(before)s til %(after)s siden %(day)s. Lavere tall betyr lettere svar."),
            Change.HEAVIER: _("Fra %(before)s til %(after)s siden %(day)s. Høyere tall betyr tyngre svar."),
            Change.SAME: _("Tallet er %(after)s, som %(day)s."),
        }  # fmt: skip  # one sentence a line reads better
    return words[trend.since_previous] % values
