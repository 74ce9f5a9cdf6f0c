"""The write that ends what is under way in a file that was closed: invitations, planned talks, drafts."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.audit import operations as audit
from lagspill.conversations.models import Invitation, Statement, Talk
from lagspill.conversations.operations.invitations import cancel_invitation
from lagspill.conversations.operations.talks import cancel_talk
from lagspill.conversations.rules import State, TalkState
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed
from lagspill.people import operations as people


@operation
def end_in_file(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """Take back what waits for an answer, call off what is planned, delete drafts. System only; idempotent."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    waiting = Invitation.objects.filter(file_id=file_id, state=State.SENT.value).order_by("id")
    for invitation_id in waiting.values_list("id", flat=True):
        cancel_invitation(actor=actor, now=now, invitation_id=invitation_id)
    planned = Talk.objects.filter(file_id=file_id, state=TalkState.PLANNED.value).order_by("id")
    for talk_id in planned.values_list("id", flat=True):
        cancel_talk(actor=actor, now=now, talk_id=talk_id)
    drafts = list(
        Statement.objects.select_for_update(of=("self",))
        .filter(file_id=file_id, draft_of__isnull=False)
        .order_by("id")
    )
    if drafts:
        Statement.objects.filter(id__in=[draft.id for draft in drafts]).delete()
        people.delete_drafts(actor=actor, now=now, item_ids=[draft.item_id for draft in drafts])
    audit.record(actor, "end_in_file", "talk", now=now, file_id=file_id)
