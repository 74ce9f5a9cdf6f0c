"""What somebody asks about a line of their own log, and what the privacy officer answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.people.models.persons import Person
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class LogQuestion(TenantModel):
    """A question from the owner of a log to the privacy officer, about one line of it. Read by these two alone."""

    lock = Lock.PERSON
    data = {
        Data.KEY: "id municipality person entry_id answered_by",
        Data.SENSITIVE: "words answer",
        Data.TIME: "asked_at answered_at",
    }
    dies = Dies.AFTER_LOG_PERIOD

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry_id = models.UUIDField()  # a line of the log; the log itself is never changed
    words = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "people_log_question"
        constraints = (
            models.UniqueConstraint(fields=("person", "entry_id"), name="log_question_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="log_question_answer_whole",
            ),
        )
        indexes = (
            # Questions that wait, and those of one person.
            models.Index(fields=("municipality", "-id"), name="log_question_latest"),
            models.Index(fields=("municipality", "person", "-id"), name="log_question_by_person"),
        )
