"""Pages of staff that show several capabilities: the start page and the caregiver's file."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lagspill.access import queries as access
from lagspill.access.doors import Request, staff_page
from lagspill.access.rules import CAREGIVER_ROLES, SERVING_ROLES, Role
from lagspill.agreements import queries as agreements
from lagspill.children import queries as children
from lagspill.conversations import queries as conversations
from lagspill.followup import queries as followup
from lagspill.kernel import clock, content
from lagspill.kernel.actor import Actor
from lagspill.people import queries as people
from lagspill.promises import queries as promises


@staff_page("people.visible_cards")
@require_safe
def start(request: Request) -> HttpResponse:
    """What is mine to do, and the cards of those we help: two taps to "agreed now"."""
    now, actor = clock.now(), request.actor
    serves = actor.has_role(now, *SERVING_ROLES)
    follows_children = actor.has_role(now, Role.CHILD_RESPONSIBLE)
    pinned = people.list_pinned(actor, now) if serves else []
    served = people.list_served(actor, now, limit=8)[0] if serves and not pinned else []
    context = {
        "now": now,
        "pinned": pinned,
        "served": served,
        "serves": serves,
        "work": followup.summary(actor, now),
        "children": children.count_tracks(actor, now) if follows_children else None,
        "may_register": actor.has_role(now, *CAREGIVER_ROLES),
        "may_search": actor.has_role(now, *CAREGIVER_ROLES),
        "may_break_glass": people.may_break_glass(actor, now),
        "privacy": _privacy(actor, now) if people.is_privacy_officer(actor, now) else None,
        "openings": access.count_openings(actor, now, months=1)
        if actor.has_role(now, Role.UNIT_LEADER)
        else (),
        "to_review": _to_review(actor, now) if actor.has_role(now, Role.UNIT_LEADER) else (),
    }
    return render(request, "shell/staff_start.html", context)


def _to_review(actor: Actor, now: datetime) -> tuple[access.OpeningView, ...]:
    """Cards opened in an emergency that wait for somebody's eyes."""
    return tuple(one for one in access.list_openings(actor, now, limit=5) if not one.reviewed_at)


def _privacy(actor: Actor, now: datetime) -> dict[str, Any]:
    """What waits for the privacy officer: questions about logs, cards opened in an emergency, accounts not linked."""
    unlinked, staff = access.count_unlinked(actor, now)
    return {
        "questions": people.list_open_log_questions(actor, now),
        "openings": access.list_openings(actor, now, limit=20),
        "months": access.count_openings(actor, now),
        "unlinked": unlinked,
        "staff": staff,
    }


@staff_page("people.can_open_file")
@require_safe
def file(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """A caregiver's file: how to reach them, what happens next, talks, agreement, promises."""
    now, actor = clock.now(), request.actor
    view = people.get_file(actor, file_id, now)
    relations = [
        (relation, _relation_words(relation), str(_states().get(relation.state, relation.state)))
        for relation in view.relations
    ]
    context = {
        "file": view,
        "may_tell": people.may_tell(actor, file_id, now),
        "relations": relations,
        "staff": list(dict.fromkeys(card for card, _role in view.staff)),
        "work": followup.list_for_file(actor, file_id, now),
        "invitation": conversations.get_current_invitation(actor, file_id, now),
        "talks": conversations.list_talks(actor, file_id, now),
        "versions": agreements.list_versions(actor, file_id, now),
        "promises": promises.list_promises(actor, file_id, now),
    }
    return render(request, "shell/file.html", context)


def _states() -> dict[str, content.Text]:
    return dict(content.load("relations")["state"])


def _relation_words(relation: people.RelationView) -> str:
    """ "voksent barn av Arne Haugen"; an unknown code shows the words it came with."""
    words = content.relations().get(relation.code)
    name = relation.care_recipient.name or "–"
    if relation.label or words is None:
        return f"{relation.label or relation.code}: {name}"
    return words.of.fill(content.active_language(), name=name)
