"""The caregiver's own pages: the invitation and the answer, preparation at home, and what was written in the talk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, citizen_page, form_key
from lagspill.conversations import forms, operations, queries
from lagspill.conversations.rules import Form, How
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.content import Topic
from lagspill.kernel.errors import NotPossible, Stale
from lagspill.kernel.ids import new_id
from lagspill.people import queries as people
from lagspill.people.rules import Audience


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Min side"), "url": reverse("my-start")}]


@citizen_page("conversations.can_read_invitation")
@require_http_methods(["GET", "POST"])
def my_invitation(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """Read the invitation and answer it. No answer needs a reason."""
    now, actor = clock.now(), request.actor
    view = queries.get_invitation(actor, invitation_id, now)
    today = oslo_today(now)
    given = (request.POST,) if request.method == "POST" else ()
    form = forms.ReplyForm(*given, times=view.plan.times, today=today)
    if form.is_bound and form.is_valid():
        try:
            operations.answer_invitation(
                actor=actor,
                now=now,
                invitation_id=invitation_id,
                reply=form.reply(),
                key=form_key(request),
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Takk for svaret."))
            return redirect("my-invitation", actor.municipality, invitation_id)
    file = people.get_file(actor, view.file_id, now)
    words = queries.invitation_words(
        actor, file, view.plan, language=content.active_language(), today=today
    )
    context = {
        "view": view,
        "words": words,
        "form": form,
        "number": actor.municipality,
        "can_answer": view.state in ("sent", "expired") or view.answer in ("no", "later"),
        "key": new_id(),
        "crumbs": _crumbs(),
    }
    status = 422 if form.errors else 200
    return render(request, "conversations/my_invitation.html", context, status=status)


@dataclass(frozen=True)
class OwnTopic:
    """One topic of the preparation page."""

    topic: Topic
    form: forms.PreparationForm
    prepared: queries.PreparedView | None


def _own_form(
    topic: Topic,
    talk: queries.TalkView,
    prepared: queries.PreparedView | None,
    data: Any = None,
) -> forms.PreparationForm:
    return forms.PreparationForm(
        data,
        auto_id=f"{topic.code}-%s",
        initial={
            "topic": topic.code,
            "version": prepared.version if prepared else 0,
            "writer": new_id(),
            "text": prepared.text if prepared else "",
            "is_important": topic.code in talk.important,
        },
    )


@citizen_page("conversations.can_read_talk")
@require_http_methods(["GET", "POST"])
def my_preparation(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """Prepare at home, topic by topic. Private until shared, and again when taken back."""
    if request.method == "GET":
        return _preparation(request, talk_id)
    now = clock.now()
    talk = queries.get_talk(request.actor, talk_id, now)
    topic = content.topics().get(request.POST.get("topic", ""))
    if topic is None:
        raise NotPossible("unknown_topic")
    prepared = queries.list_prepared(request.actor, talk_id, now).get(topic.code)
    form = _own_form(topic, talk, prepared, request.POST)
    if not form.is_valid():
        return _preparation(request, talk_id, broken=form)
    try:
        _write(request, talk_id, topic.code, form)
    except Stale as stale:
        return _stale(request, talk, topic, stale)
    except NotPossible as refusal:
        form.add_error("text", str(content.reason(refusal.code)))
        return _preparation(request, talk_id, broken=form)
    if request.htmx:
        return HttpResponse(status=204)
    address = reverse("my-preparation", args=[request.actor.municipality, talk_id])
    return redirect(f"{address}?emne={topic.code}#{topic.code}")


def _write(request: Request, talk_id: uuid.UUID, topic: str, form: forms.PreparationForm) -> None:
    actor, now = request.actor, clock.now()
    act = request.POST.get("act")
    named: dict[str, Any] = {"actor": actor, "now": now, "talk_id": talk_id}
    if act == "take_back":
        operations.take_back_preparation(topic=topic, **named)
        messages.success(request, _("Tatt tilbake. Nå er det bare du som kan lese det."))
        return
    operations.save_preparation(**form.words(), **named)
    operations.mark_topic(topic=topic, is_important=form.cleaned_data["is_important"], **named)
    if act == "share":
        if not form.cleaned_data["text"].strip():
            raise NotPossible("words_missing")
        operations.share_preparation(topic=topic, **named)
        messages.success(request, _("Delt. Du kan ta det tilbake når du vil."))


def _preparation(
    request: Request, talk_id: uuid.UUID, broken: forms.PreparationForm | None = None
) -> HttpResponse:
    now, actor = clock.now(), request.actor
    talk = queries.get_talk(actor, talk_id, now)
    held = queries.list_prepared(actor, talk_id, now)
    sentences = people.reader_sentences(actor, talk.file_id, talk.relation_ids, now)
    file = people.get_file(actor, talk.file_id, now)
    helped = [r.care_recipient.name for r in file.relations if r.id in talk.relation_ids]
    shown = request.GET.get("emne") or (str(broken.data.get("topic")) if broken else "")
    topics: list[OwnTopic] = []
    more: list[OwnTopic] = []
    for code, topic in content.topics().items():
        is_broken = broken is not None and broken.data.get("topic") == code
        form = broken if broken is not None and is_broken else None
        own = OwnTopic(topic, form or _own_form(topic, talk, held.get(code)), held.get(code))
        (topics if code in talk.topics or code in held else more).append(own)
    context = {
        "talk": talk,
        "topics": topics,
        "more": more,
        "sentences": sentences,
        "first_words": people.before_own_words(helped),
        "shown": shown or "T01",
        "number": actor.municipality,
        "can_write": talk.state != "cancelled",
        "is_refused": broken is not None,
        "crumbs": _crumbs(),
    }
    status = 422 if broken else 200
    return render(request, "conversations/my_preparation.html", context, status=status)


def _stale(request: Request, talk: queries.TalkView, topic: Topic, stale: Stale) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=409)
    held = queries.list_prepared(request.actor, talk.id, clock.now()).get(topic.code)
    form = _own_form(topic, talk, held)
    form.initial["text"] = stale.mine
    address = reverse("my-preparation", args=[request.actor.municipality, talk.id])
    context = {
        "frame": "ui/citizen.html",
        "form": form,
        "theirs": stale.theirs,
        "topic": topic,
        "action": address,
        "back": f"{address}?emne={topic.code}#{topic.code}",
    }
    return render(request, "conversations/stale.html", context, status=409)


@citizen_page("conversations.can_read_talk")
@require_safe
def my_talk(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """When and where the talk is, and afterwards all that was written in it and who may read it."""
    now, actor = clock.now(), request.actor
    talk = queries.get_talk(actor, talk_id, now)
    context = {
        "talk": talk,
        "statements": queries.list_statements(actor, talk.file_id, now, talk_id=talk_id),
        "sentences": people.reader_sentences(actor, talk.file_id, talk.relation_ids, now),
        "topics": content.topics(),
        "place_words": queries.place_words(Form(talk.form), talk.place, content.active_language()),
        "number": actor.municipality,
        "crumbs": _crumbs(),
    }
    return render(request, "conversations/my_talk.html", context)


@citizen_page("conversations.can_read_statement")
@require_POST
def my_readers(request: Request, statement_id: uuid.UUID) -> HttpResponse:
    """The caregiver lets more or fewer read something that was written."""
    form = forms.ReadersForm(request.POST)
    if not form.is_valid():
        raise NotPossible("placing_needs_audience")
    made = operations.change_statement_audience(
        actor=request.actor,
        now=clock.now(),
        statement_id=statement_id,
        audience=Audience(form.cleaned_data["audience"]),
        how=How.PORTAL,
    )
    messages.success(request, _("Nå er det endret hvem som kan lese det."))
    return redirect("my-talk", request.actor.municipality, made.talk_id)


@citizen_page("conversations.can_read_talk")
@require_POST
def my_call_off(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """The caregiver calls the talk off."""
    operations.cancel_talk(actor=request.actor, now=clock.now(), talk_id=talk_id)
    messages.success(request, _("Samtalen er avlyst. Du kan ta kontakt når som helst."))
    return redirect("my-start")
