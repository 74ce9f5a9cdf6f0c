"""Pages where staff invite: the invitation with its whole text, the letter, and an answer taken by telephone or on paper."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, form_key, staff_page
from lagspill.conversations import forms, operations, queries
from lagspill.conversations.rules import Channel, How, State
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import queries as people


@staff_page("conversations.can_hold_talks")
@require_http_methods(["GET", "POST"])
def invite(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """Invite a caregiver: the proposal can be sent as it stands, and its whole text is read before."""
    now, actor = clock.now(), request.actor
    file = people.get_file(actor, file_id, now)
    proposal = queries.propose(actor, file, now)
    leads = queries.list_leads(actor, file, now)
    given = (request.POST,) if request.method == "POST" else ()
    form = forms.InviteForm(*given, proposal=proposal, leads=leads, relations=file.relations)
    plan, channel, status = proposal.plan, proposal.channel, 200
    if form.is_bound:
        status = 200 if form.is_valid() else 422
    if form.is_bound and status == 200:
        plan, channel = form.plan(), form.channel_chosen()
    if status == 200 and request.POST.get("act") == "send":
        try:
            made = operations.send_invitation(
                actor=actor,
                now=now,
                file_id=file_id,
                plan=plan,
                channel=channel,
                key=form_key(request),
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
            status = 422
        else:
            return _after_sending(request, file_id, made.id if made else None)
    words = queries.invitation_words(
        actor,
        file,
        plan,
        language=plan.language,
        today=oslo_today(now),
        with_code=channel is Channel.LETTER and not file.is_bound,
    )
    context = {
        "form": form,
        "file": file,
        "may_tell": people.may_tell(request.actor, file.id, clock.now()),
        "words": words,
        "fault": content.reason(proposal.fault) if proposal.fault else None,
        "key": new_id(),
        "several": len(file.relations) > 1,
        "crumbs": _crumbs(file),
    }
    return render(request, "conversations/invite.html", context, status=status)


def _after_sending(
    request: Request, file_id: uuid.UUID, invitation_id: uuid.UUID | None
) -> HttpResponse:
    if invitation_id is None:
        return redirect("file", file_id)
    messages.success(request, _("Invitasjonen er klar."))
    return redirect("invitation", invitation_id)


def _crumbs(file: people.FileView) -> list[dict[str, str]]:
    return [{"label": file.caregiver.name, "url": reverse("file", args=[file.id])}]


@staff_page("conversations.can_read_invitation")
@require_safe
def invitation(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """Where an invitation stands, and what to do next."""
    return _page(request, invitation_id)


def _page(
    request: Request, invitation_id: uuid.UUID, form: forms.RecordReplyForm | None = None
) -> HttpResponse:
    now, actor = clock.now(), request.actor
    view = queries.get_invitation(actor, invitation_id, now)
    file = people.get_file(actor, view.file_id, now)
    today = oslo_today(now)
    words = queries.invitation_words(
        actor,
        file,
        view.plan,
        language=view.plan.language,
        today=today,
        with_code=view.channel == Channel.LETTER and not file.is_bound,
    )
    waits = view.state in (State.SENT, State.EXPIRED)
    context = {
        "view": view,
        "file": file,
        "may_tell": people.may_tell(request.actor, file.id, clock.now()),
        "words": words,
        "waits": waits,
        "can_answer": waits or view.answer in ("no", "later"),
        "form": form or forms.RecordReplyForm(times=view.plan.times, today=today),
        "needs": _needs(view.needs, view.interpreter_language),
        "key": new_id(),
        "crumbs": _crumbs(file),
    }
    return render(request, "conversations/invitation.html", context, status=422 if form else 200)


def _needs(codes: tuple[str, ...], language: str) -> list[str]:
    words = dict(forms.NEEDS)
    return [
        f"{words[code]} ({language})" if code == "interpreter" and language else str(words[code])
        for code in codes
    ]


@staff_page("conversations.can_read_invitation")
@require_POST
def record_answer(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """Write down an answer given by telephone, on the reply slip or face to face."""
    now = clock.now()
    view = queries.get_invitation(request.actor, invitation_id, now)
    form = forms.RecordReplyForm(request.POST, times=view.plan.times, today=oslo_today(now))
    if not form.is_valid():
        return _page(request, invitation_id, form)
    try:
        operations.record_answer(
            actor=request.actor,
            now=now,
            invitation_id=invitation_id,
            reply=form.reply(),
            how=How(form.cleaned_data["how"]),
            key=form_key(request),
        )
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _page(request, invitation_id, form)
    messages.success(request, _("Svaret er lagret."))
    return redirect("invitation", invitation_id)


@staff_page("conversations.can_read_invitation")
@require_POST
def letter(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """The letter as a file to print. Its name says nothing."""
    pdf = operations.write_letter(actor=request.actor, now=clock.now(), invitation_id=invitation_id)
    headers = {"Content-Disposition": 'attachment; filename="brev.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@staff_page("conversations.can_read_invitation")
@require_POST
def posted(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """The letter is in the post."""
    operations.mark_posted(actor=request.actor, now=clock.now(), invitation_id=invitation_id)
    messages.success(request, _("Merket som postlagt."))
    return redirect("invitation", invitation_id)


@staff_page("conversations.can_read_invitation")
@require_POST
def take_back(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """The invitation is taken back."""
    made = operations.cancel_invitation(
        actor=request.actor, now=clock.now(), invitation_id=invitation_id
    )
    messages.success(request, _("Invitasjonen er trukket tilbake."))
    return redirect("file", made.file_id)


@staff_page("conversations.can_hold_talks")
@require_POST
def start_talk(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """A talk that happens now, without an invitation."""
    talk = operations.start_talk(
        actor=request.actor, now=clock.now(), file_id=file_id, key=form_key(request)
    )
    return redirect("talk", talk.id) if talk else redirect("file", file_id)
