"""The outbox: what is to be sent to whose file, and how it went. No address, no words, no name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.dispatch.rules import State
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class OutboxMessage(TenantModel):
    """One notice to the caregiver of a file.

    The file is an id and no foreign key: people stands above. `place` is where in the portal it came from; it is kept
    for whoever asks what a notice was about, and is never sent. `last_error` is a code: a server's own words may quote
    the address.
    """

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality file_id",
        Data.CODE: "channel notice language place state attempts last_error",
        Data.TIME: "not_before created_at sent_at",
    }
    dies = Dies.AFTER_SENDING

    file_id = models.UUIDField()
    channel = models.CharField(max_length=12, default="email")
    notice = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, default=State.QUEUED.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=20, blank=True)
    not_before = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dispatch_outbox_message"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="message_state"
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT.value, sent_at__isnull=False)
                | (~Q(state=State.SENT.value) & Q(sent_at__isnull=True)),
                name="message_sent_at",
            ),
        )
        indexes = (
            # The sweeps: queued past its time, and old enough to forget.
            models.Index(fields=("municipality", "state", "not_before"), name="message_by_state"),
            # "Is one like it waiting already?"
            models.Index(fields=("municipality", "file_id", "-id"), name="message_by_file"),
        )
