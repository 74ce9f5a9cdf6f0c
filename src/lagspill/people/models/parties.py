"""Whom the care recipient lets us talk with and about what, who decides when they cannot, and who acts for them.

None of it opens a caregiver's file: it says what staff may tell a caregiver about the care recipient.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lagspill.people.models.files import File
from lagspill.people.models.persons import Person
from lagspill.people.models.relations import Relation
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


def _person(*, null: bool = False) -> models.ForeignKey[Person, Person]:
    return models.ForeignKey(
        Person, null=null, on_delete=models.PROTECT, related_name="+", db_index=False
    )


class Representation(TenantModel):
    """Somebody lawfully acts for a care recipient, within scopes and a period (domain §15). Never by being a caregiver."""

    lock = Lock.PERSON
    data = {
        Data.KEY: "id municipality care_recipient person verified_by",
        Data.CODE: "ground scopes ended_how",
        Data.WORK: "document_ref",
        Data.TIME: "starts_at ends_at verified_at",
    }
    dies = Dies.WITH_PERSON

    care_recipient = _person()
    person = _person()
    ground = models.CharField(max_length=20)
    scopes: models.Field[list[str], list[str]] = ArrayField(models.CharField(max_length=12))
    document_ref = models.CharField(max_length=120, blank=True)
    verified_by = models.UUIDField()
    verified_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(person=F("care_recipient")), name="representation_of_another"
            ),
        )
        indexes = (
            # The database's second lock asks this for every citizen query.
            models.Index(fields=("person", "care_recipient"), name="represented_by_person"),
            models.Index(fields=("municipality", "care_recipient"), name="representation_of"),
        )


class SharingConsent(TenantModel):
    """The care recipient lets staff tell one caregiver, or all of them, about one topic, for one purpose, for a period."""

    lock = Lock.PERSON
    data = {
        Data.KEY: "id municipality care_recipient to_person representation recorded_by",
        Data.CODE: "topic purpose how withdrawn_how",
        Data.TIME: "starts_at ends_at withdrawn_at",
    }
    dies = Dies.WITH_PERSON

    care_recipient = _person()
    to_person = _person(null=True)  # none: all whom the care recipient knows as caregivers
    topic = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    how = models.CharField(max_length=12)
    representation = models.ForeignKey(
        Representation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_by = models.UUIDField(null=True)  # staff; none when given in the portal
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "people_sharing_consent"
        constraints = (
            models.UniqueConstraint(
                fields=("care_recipient", "to_person", "topic", "purpose"),
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="consent_once",
            ),
        )
        indexes = (models.Index(fields=("municipality", "care_recipient"), name="consent_of"),)


class LegalGround(TenantModel):
    """Why staff tell one caregiver about one topic without a consent: the ground, and staff's own words for it."""

    lock = Lock.PERSON
    data = {
        Data.KEY: "id municipality care_recipient to_person recorded_by",
        Data.CODE: "topic ground",
        Data.SENSITIVE: "why",
        Data.TIME: "starts_at ends_at",
    }
    dies = Dies.WITH_PERSON

    care_recipient = _person()
    to_person = _person()
    topic = models.CharField(max_length=20)
    ground = models.CharField(max_length=20)
    why = models.CharField(max_length=400)
    recorded_by = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_legal_ground"
        indexes = (models.Index(fields=("municipality", "care_recipient"), name="ground_of"),)


class CapacityStatement(TenantModel):
    """Whether a care recipient can decide in one matter, as somebody decided on a day (pbrl § 4-3). The latest holds."""

    lock = Lock.PERSON
    data = {
        Data.KEY: "id municipality care_recipient recorded_by",
        Data.CODE: "matter ability is_told_recipient is_told_nearest",
        Data.WORK: "decided_by",
        Data.SENSITIVE: "why",
        Data.TIME: "decided_on stated_at",
    }
    dies = Dies.WITH_PERSON

    care_recipient = _person()
    matter = models.CharField(max_length=20)
    ability = models.CharField(max_length=10)
    decided_by = models.CharField(max_length=120)
    why = models.CharField(max_length=400)
    is_told_recipient = models.BooleanField(default=False)
    is_told_nearest = models.BooleanField(default=False)
    decided_on = models.DateField()
    recorded_by = models.UUIDField()
    stated_at = models.DateTimeField()

    class Meta:
        db_table = "people_capacity_statement"
        indexes = (
            models.Index(
                fields=("municipality", "care_recipient", "matter", "-decided_on"),
                name="capacity_of",
            ),
        )


class ConsentAsked(TenantModel):
    """The care recipient was asked about one relation and did not want to share, or not now; when to ask again."""

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality care_recipient relation asked_by",
        Data.TIME: "asked_at again_on",
    }
    dies = Dies.WITH_PERSON

    care_recipient = _person()
    relation = models.ForeignKey(
        Relation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    again_on = models.DateField(null=True)

    class Meta:
        db_table = "people_consent_asked"
        indexes = (models.Index(fields=("municipality", "care_recipient"), name="asked_of"),)


class Told(TenantModel):
    """That staff told a caregiver something about the care recipient: topic, when, who, and what allowed it. No text."""

    lock = Lock.PERSON
    data = {
        Data.KEY: "id municipality care_recipient file to_person consent ground told_by",
        Data.CODE: "topic basis",
        Data.TIME: "told_at",
    }
    dies = Dies.WITH_PERSON

    care_recipient = _person()
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_person = _person()
    topic = models.CharField(max_length=20)
    basis = models.CharField(max_length=12)  # consent, ground, nearest
    consent = models.ForeignKey(
        SharingConsent, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ground = models.ForeignKey(
        LegalGround, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    told_by = models.UUIDField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(basis="consent", consent__isnull=False, ground=None)
                    | Q(basis="ground", consent=None, ground__isnull=False)
                    | Q(basis="nearest", consent=None, ground=None)
                ),
                name="told_says_why",
            ),
        )
        indexes = (models.Index(fields=("municipality", "care_recipient"), name="told_of"),)
