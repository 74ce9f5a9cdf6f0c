"""Tables of agreements: the agreement, its versions, their lines, who confirmed, and what the caregiver answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class Agreement(TenantModel):
    """What one caregiver and the municipality have agreed, through all its versions."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file",
        Data.CODE: "state ended_how",
        Data.TIME: "started_at ended_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=12)
    ended_how = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "file"),
                condition=Q(ended_at=None),
                name="agreement_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "agreed", "ended")), name="agreement_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False)
                | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="agreement_ended_with_time",
            ),
        )


class AgreementRelation(TenantModel):
    """Whom an agreement is about: the relations of the file that it covers."""

    lock = Lock.FILE
    data = {Data.KEY: "id municipality file agreement relation"}
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    relation = models.ForeignKey(
        "people.Relation", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "agreements_agreement_relation"
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "relation"), name="agreement_relation_once"
            ),
        )


class Version(TenantModel):
    """One version of an agreement. Once confirmed its words never change; the database refuses it (0002_locks)."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file agreement talk_id lead_staff",
        Data.CODE: "number state revision digest",
        Data.TIME: "started_at proposed_at confirmed_at closed_at review_on",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)
    talk_id = models.UUIDField(null=True)
    lead_staff = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    review_on = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agreement", "number"), name="version_number_once"),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=Q(state__in=("draft", "proposed")),
                name="version_one_open",
            ),
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(state="confirmed"), name="version_one_confirmed"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "draft",
                        "proposed",
                        "confirmed",
                        "superseded",
                        "withdrawn",
                        "ended",
                    )
                ),
                name="version_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "superseded", "ended"))
                | (Q(confirmed_at__isnull=False) & Q(review_on__isnull=False) & ~Q(digest="")),
                name="version_confirmed_whole",
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "file", "-number"), name="version_by_file"),
        )


class Line(TenantModel):
    """One line of a version. Who may read it is the item's audience; `audience` is what the yes is asked for.

    `unit`, `owner_staff` and `due_on` are a measure's until it is confirmed; then its promise alone holds them.
    """

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file version item source_item unit owner_staff promise form_id",
        Data.CODE: "kind who audience position revision",
        Data.SENSITIVE: "text when_text",
        Data.PERSONAL: "name phone substitute_name substitute_phone",
        Data.TIME: "due_on",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField("people.Item", on_delete=models.PROTECT, related_name="+")
    source_item = models.ForeignKey(
        "people.Item", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12)
    audience = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)
    form_id = models.UUIDField(
        null=True
    )  # the page that saved last: its own later saves are never stale
    text = models.CharField(max_length=4000)
    who = models.CharField(max_length=12, blank=True)
    when_text = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    substitute_name = models.CharField(max_length=120, blank=True)
    substitute_phone = models.CharField(max_length=20, blank=True)
    unit = models.ForeignKey(
        "tenancy.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner_staff = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_on = models.DateField(null=True)
    promise = models.ForeignKey(
        "promises.Promise", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "matters",
                        "task",
                        "will_not",
                        "service_asks",
                        "measure",
                        "contact",
                        "contingency",
                    )
                ),
                name="line_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="task",
                    who__in=(
                        "caregiver",
                        "service",
                        "shared",
                        "volunteer",
                        "nobody_yet",
                        "not_wanted",
                    ),
                )
                | (~Q(kind="task") & Q(who="")),
                name="line_who_of_tasks",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=("talk", "service", "shared")),
                name="line_audience_known",
            ),
            models.CheckConstraint(
                condition=Q(promise__isnull=True)
                | (
                    Q(kind="measure")
                    & Q(unit__isnull=True)
                    & Q(owner_staff__isnull=True)
                    & Q(due_on__isnull=True)
                ),
                name="line_promise_holds_it",
            ),
            models.UniqueConstraint(
                fields=("version", "position"),
                name="line_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=("promise",),
                condition=Q(promise__isnull=False),
                name="line_promise_once",
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "version", "position"), name="line_by_version"),
        )


class Confirmation(TenantModel):
    """One side's yes to a version: how it was given, and who gave or recorded it."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file version by_staff by_person",
        Data.CODE: "side how",
        Data.TIME: "confirmed_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=12)
    how = models.CharField(max_length=10)
    by_staff = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "side"), name="confirmation_once"),
            # The portal is the caregiver's own sign-in; what staff record came by phone or on paper.
            models.CheckConstraint(
                condition=Q(
                    side="municipality", how="portal", by_staff__isnull=False, by_person=None
                )
                | Q(side="caregiver", how="portal", by_staff=None, by_person__isnull=False)
                | Q(
                    side="caregiver",
                    how__in=("phone", "paper"),
                    by_staff__isnull=False,
                    by_person=None,
                ),
                name="confirmation_by_its_side",
            ),
        )


class Reply(TenantModel):
    """What the caregiver said instead of yes, or when ending: no, change, end; with or without words."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file version item",
        Data.CODE: "answer how",
        Data.SENSITIVE: "text",
        Data.TIME: "given_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField("people.Item", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8)
    how = models.CharField(max_length=10)
    text = models.CharField(max_length=1000, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("municipality", "version", "-id"), name="reply_by_version"),
        )
