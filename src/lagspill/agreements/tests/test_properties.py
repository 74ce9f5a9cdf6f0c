"""Both faces of the policy agree whatever the audiences are today, whoever asks, and whatever has ended since the yes."""

from __future__ import annotations

import os

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.agreements import policy
from lagspill.agreements.models import Line, Version
from lagspill.people.models import File, FileStaff, Item, Service
from lagspill.people.policy import can_read_item
from lagspill.tenancy.scope import use_actor

READERS = ("coordinator", "nurse", "other_nurse", "leader", "admin", "caregiver", "care_recipient")
RUNGS = ("talk", "service", "shared")
EXAMPLES = 300 if os.environ.get("LAGSPILL_LONG") == "1" else 8


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    audiences=st.lists(st.sampled_from(RUNGS), min_size=8, max_size=8),
    is_closed=st.booleans(),
    staff_ended=st.booleans(),
    service_ended=st.booleans(),
)
def test_what_is_listed_is_what_may_be_seen_whatever_has_changed_since(
    world, now, known, confirmed, audiences, is_closed, staff_ended, service_ended
):
    with transaction.atomic():
        with use_actor(world.system):
            lines = list(Line.objects.order_by("id"))
            for line, audience in zip(lines, audiences, strict=True):
                about = "care_recipient" if audience == "shared" else "caregiver"
                Item.objects.filter(id=line.item_id).update(audience=audience, about=about)
            if is_closed:
                File.objects.filter(id=world.file.id).update(closed_at=now)
            if staff_ended:
                FileStaff.objects.filter(file_id=world.file.id).update(ends_at=now)
            if service_ended:
                Service.objects.update(ends_at=now)
        for who in READERS:
            _faces_agree(getattr(world, who), now)
        transaction.set_rollback(True)


def _faces_agree(actor, now):
    with use_actor(actor):
        versions = set(policy.visible_versions(actor, now).values_list("id", flat=True))
        lines = set(policy.visible_lines(actor, now).values_list("id", flat=True))
        card = set(policy.visible_card_lines(actor, now).values_list("id", flat=True))
        rows = list(Line.objects.select_related("item", "version__file"))
        seen = {v.id for v in Version.objects.all() if policy.can_see_version(actor, v, now)}
        read = {row.id for row in rows if can_read_item(actor, row.item, now)}
    assert versions == seen
    assert lines == {row.id for row in rows if row.version_id in seen and row.id in read}
    assert card == {
        row.id for row in rows if row.id in read and row.item.audience in policy.CARD_AUDIENCES
    }
