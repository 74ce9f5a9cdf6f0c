"""Pages where staff talk with a caregiver: topics in any order, drafts kept while one writes, words placed with readers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lagspill.access.doors import Request, form_key, staff_page
from lagspill.conversations import forms, operations, queries
from lagspill.conversations.rules import Form, How, Presence, default_audience
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import OSLO
from lagspill.kernel.content import Topic
from lagspill.kernel.errors import NotPossible, Stale
from lagspill.kernel.ids import new_id
from lagspill.people import queries as people
from lagspill.people.rules import Audience


@dataclass(frozen=True)
class TopicPart:
    """One topic of the page: its form, what was prepared and what was said."""

    topic: Topic
    form: forms.StatementForm
    draft: queries.DraftView | None
    prepared: queries.PreparedView | None
    statements: list[queries.StatementView]
    is_important: bool
    is_open: bool


@dataclass(frozen=True)
class Around:
    """What all topics of a page share."""

    talk: queries.TalkView
    sentences: Mapping[str, str] = field(default_factory=dict)
    drafts: Mapping[str, queries.DraftView] = field(default_factory=dict)

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Readers that may be chosen at all in this talk."""
        if self.talk.presence == Presence.ABSENT:
            return (Audience.TALK,)
        return (Audience.TALK, Audience.SERVICE, Audience.SHARED)

    def form(self, topic: Topic, data: Any = None) -> forms.StatementForm:
        """The form of a topic, filled with the draft or with what was just sent."""
        draft = self.drafts.get(topic.code)
        start = default_audience(topic.code, Audience(topic.audience), Presence(self.talk.presence))
        return forms.StatementForm(
            data,
            audiences=self.audiences,
            auto_id=f"{topic.code}-%s",
            initial={
                "topic": topic.code,
                "version": draft.version if draft else 0,
                "writer": new_id(),
                "text": draft.text if draft else "",
                "about": draft.about if draft else topic.about,
                "audience": start.value,
            },
        )


def _around(request: Request, talk: queries.TalkView) -> Around:
    now = clock.now()
    return Around(
        talk,
        people.reader_sentences(request.actor, talk.file_id, talk.relation_ids, now),
        queries.list_drafts(request.actor, talk.id, now),
    )


@staff_page("conversations.can_read_talk")
@require_http_methods(["GET"])
def talk(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """The talk: topics, drafts, placed statements, and its time and place."""
    return _page(request, talk_id)


def _page(
    request: Request,
    talk_id: uuid.UUID,
    *,
    broken: forms.StatementForm | None = None,
    time_form: forms.TimeForm | None = None,
) -> HttpResponse:
    now, actor = clock.now(), request.actor
    view = queries.get_talk(actor, talk_id, now)
    file = people.get_file(actor, view.file_id, now)
    around = _around(request, view)
    prepared = queries.list_prepared(actor, talk_id, now)
    said = queries.list_statements(actor, view.file_id, now, talk_id=talk_id)
    shown = request.GET.get("emne") or (str(broken.data.get("topic")) if broken else "")
    parts = []
    for code, topic in content.topics().items():
        is_broken = broken is not None and broken.data.get("topic") == code
        parts.append(
            TopicPart(
                topic,
                (broken if broken and is_broken else around.form(topic)).explain(around.sentences),
                around.drafts.get(code),
                prepared.get(code),
                [row for row in said if row.topic == code],
                code in view.important,
                code == shown or code in around.drafts,
            )
        )
    chosen = set(view.topics)
    recipients = [r.care_recipient.name for r in file.relations if r.id in view.relation_ids]
    context = {
        "talk": view,
        "file": file,
        "may_tell": people.may_tell(request.actor, file.id, clock.now()),
        "sentences": around.sentences,
        "parts": sorted((p for p in parts if p.topic.code in chosen), key=_important_first),
        "more": [part for part in parts if part.topic.code not in chosen],
        "drafts": len(around.drafts),
        "warned": [draft for draft in around.drafts.values() if draft.is_warned],
        "placed": len(said),
        "first_words": queries.first_words(
            ", ".join(name for name in recipients if name), content.active_language()
        ),
        "presence": forms.PresenceForm(initial={"presence": view.presence}),
        "time_form": time_form or _time_form(view),
        "is_planned": view.state == "planned",
        "is_open": view.state != "cancelled",
        "place_words": queries.place_words(Form(view.form), view.place, content.active_language()),
        "seen_by": people.before_placing(around.audiences),
        "key": new_id(),
        "is_refused": bool(broken or time_form),
        "crumbs": [
            {"label": file.caregiver.name, "url": reverse("file", args=[file.id])},
        ],
    }
    status = 422 if broken or time_form else 200
    return render(request, "conversations/talk.html", context, status=status)


def _important_first(part: TopicPart) -> bool:
    return not part.is_important


def _time_form(view: queries.TalkView) -> forms.TimeForm:
    at = view.at.astimezone(OSLO) if view.at else None
    form = view.form if view.form != "choose" else "home"
    first = {"form": form, "place": view.place}
    if at:
        first |= {"day": at.date().isoformat(), "clock": at.strftime("%H:%M")}
    return forms.TimeForm(initial=first)


def _back(talk_id: uuid.UUID, topic: str = "") -> HttpResponse:
    address = reverse("talk", args=[talk_id])
    return redirect(f"{address}?emne={topic}#{topic}" if topic else address)


@staff_page("conversations.can_read_talk")
@require_POST
def statement(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """Keep a draft (also by itself while one writes), or place it with its readers."""
    now = clock.now()
    view = queries.get_talk(request.actor, talk_id, now)
    topic = content.topics().get(request.POST.get("topic", ""))
    if topic is None:
        raise NotPossible("unknown_topic")
    form = Around(view).form(topic, request.POST)
    if not form.is_valid():
        return _page(request, talk_id, broken=form)
    try:
        if request.POST.get("act") == "place":
            operations.place_statement(
                actor=request.actor,
                now=now,
                talk_id=talk_id,
                key=form_key(request),
                **form.words(),
                **form.placing(),
            )
            messages.success(request, _("Plassert. Bare de som står under, kan lese det."))
        else:
            operations.save_draft(actor=request.actor, now=now, talk_id=talk_id, **form.words())
    except Stale as stale:
        return _stale(request, talk_id, topic, stale)
    except NotPossible as refusal:
        form.add_error("text", str(content.reason(refusal.code)))
        return _page(request, talk_id, broken=form)
    if request.htmx:
        return HttpResponse(status=204)
    return _back(talk_id, topic.code)


def _stale(request: Request, talk_id: uuid.UUID, topic: Topic, stale: Stale) -> HttpResponse:
    """Both versions side by side; nothing is lost on either side."""
    if request.htmx:
        return HttpResponse(status=409)
    view = queries.get_talk(request.actor, talk_id, clock.now())
    around = _around(request, view)
    form = around.form(topic).explain(around.sentences)
    form.initial["text"] = stale.mine
    context = {
        "frame": "ui/staff.html",
        "form": form,
        "theirs": stale.theirs,
        "topic": topic,
        "action": reverse("talk-statement", args=[talk_id]),
        "back": f"{reverse('talk', args=[talk_id])}?emne={topic.code}#{topic.code}",
    }
    return render(request, "conversations/stale.html", context, status=409)


@staff_page("conversations.can_read_statement")
@require_POST
def readers(request: Request, statement_id: uuid.UUID) -> HttpResponse:
    """More or fewer readers of something placed."""
    form = forms.ReadersForm(request.POST)
    if not form.is_valid():
        raise NotPossible("placing_needs_audience")
    how = How(form.cleaned_data["how"]) if form.cleaned_data["how"] else How.PORTAL
    made = operations.change_statement_audience(
        actor=request.actor,
        now=clock.now(),
        statement_id=statement_id,
        audience=Audience(form.cleaned_data["audience"]),
        how=how,
    )
    messages.success(request, _("Nå er det endret hvem som kan lese det."))
    return _back(made.talk_id, made.topic)


@staff_page("conversations.can_read_talk")
@require_POST
def presence(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """Whether the caregiver is there."""
    form = forms.PresenceForm(request.POST)
    if not form.is_valid():
        return _page(request, talk_id)
    operations.set_presence(
        actor=request.actor,
        now=clock.now(),
        talk_id=talk_id,
        presence=Presence(form.cleaned_data["presence"]),
    )
    return _back(talk_id)


@staff_page("conversations.can_read_talk")
@require_POST
def plan(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """Agree on a time, or another one."""
    form = forms.TimeForm(request.POST)
    if not form.is_valid():
        return _page(request, talk_id, time_form=form)
    given = form.cleaned_data
    try:
        operations.plan_talk(
            actor=request.actor,
            now=clock.now(),
            talk_id=talk_id,
            at=forms.moment(given["day"], given["clock"]),
            form=Form(given["form"]),
            place=given["place"],
        )
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _page(request, talk_id, time_form=form)
    messages.success(request, _("Tiden er lagret."))
    return _back(talk_id)


@staff_page("conversations.can_read_talk")
@require_POST
def hold(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """The talk is over."""
    operations.hold_talk(actor=request.actor, now=clock.now(), talk_id=talk_id)
    messages.success(request, _("Samtalen er avsluttet. Takk for den!"))
    return _back(talk_id)


@staff_page("conversations.can_read_talk")
@require_POST
def call_off(request: Request, talk_id: uuid.UUID) -> HttpResponse:
    """The talk will not be held."""
    operations.cancel_talk(actor=request.actor, now=clock.now(), talk_id=talk_id)
    messages.success(request, _("Samtalen er avlyst."))
    return _back(talk_id)
