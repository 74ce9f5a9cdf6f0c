"""Forms about whom staff may speak with: consents, a no, grounds, capacity, who acts, who is nearest, what was told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lagspill.kernel import national_id
from lagspill.people.operations import NewConsent, NewRepresentation, NewStatement
from lagspill.people.queries import (
    CloseOne,
    MayTellRelation,
    RepresentationLine,
    party_words,
)
from lagspill.people.rules import (
    Ability,
    ActsBy,
    LegalBasis,
    Matter,
    NearestBasis,
    Scope,
    months_after,
)
from lagspill.ui import dates
from lagspill.ui.fields import Line, Words, explained

ALL = "all"
THEMSELVES = "self"
OTHER = "other"


def choices_from(table: str, *codes: str) -> list[tuple[str, str]]:
    """The words of a table of content/consents.toml as choices, in the reader's language; only `codes` when given."""
    rows = party_words(table).items()
    return [(code, str(row["label"])) for code, row in rows if not codes or code in codes]


def _capital(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, dates.capital(words)) for code, words in choices]


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def _one_of(label: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, widget=forms.RadioSelect, **options)


def _some_of(label: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, **options)


class _WithWords(forms.Form):
    """A form whose choices are filled from content when it is made."""

    def offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)
        if len(field.choices) == 1 and isinstance(field, forms.ChoiceField):
            field.initial = field.choices[0][0]

    def offer_topics(self) -> None:
        self.offer("topics", choices_from("topic"))
        rows = party_words("topic").items()
        explained(
            self.fields["topics"],
            descriptions={code: row["help"] for code, row in rows},
            icons={code: row["icon"] for code, row in rows},
        )


def _person_choices(close: Sequence[CloseOne]) -> list[tuple[str, str]]:
    return [(str(one.person_id), f"{one.name} ({one.label})") for one in close]


def _relation_choices(close: Sequence[CloseOne]) -> list[tuple[str, str]]:
    return [(str(one.relation_id), f"{one.name} ({one.label})") for one in close]


class ConsentForm(_WithWords):
    """What may be told, to whom, for what and how long: in the care recipient's own words."""

    to = _one_of(_("Hvem kan få vite noe?"))
    topics = _some_of(_("Hva kan de få vite?"))
    purpose = _one_of(_("Hvorfor?"))
    period = _one_of(_("Hvor lenge?"))

    def __init__(
        self,
        *args: Any,
        close: Sequence[CloseOne],
        reader_id: uuid.UUID | None = None,
        **options: Any,
    ) -> None:
        """`reader_id`: who reads for the care recipient, and never says yes in the own favour."""
        super().__init__(*args, **options)
        known = [one for one in close if one.is_known]
        offered = _person_choices([one for one in known if one.person_id != reader_id])
        if len(known) == len(offered):
            offered.append((ALL, str(_("Alle som er registrert som pårørende"))))
        self.offer("to", offered)
        self.offer_topics()
        self.offer("purpose", _capital(choices_from("purpose")))
        self.offer("period", choices_from("period"))

    def new_consent(self, person_id: uuid.UUID, today: date) -> NewConsent:
        """What was chosen, for the operation."""
        given = self.cleaned_data
        months = party_words("period")[given["period"]]["months"]
        said_by = given.get("said_by", THEMSELVES)
        return NewConsent(
            care_recipient_id=person_id,
            to_person_id=None if given["to"] == ALL else uuid.UUID(given["to"]),
            topics=tuple(given["topics"]),
            purpose=given["purpose"],
            last_on=months_after(today, months) if months else None,
            how=given.get("how", "portal"),
            representation_id=None if said_by == THEMSELVES else uuid.UUID(said_by),
        )


class SaidConsentForm(ConsentForm):
    """The same, as staff write down what was said: how, and by whom."""

    said_by = _one_of(_("Hvem sier ja?"))
    how = _one_of(_("Hvordan ble det sagt?"))

    def __init__(
        self, *args: Any, name: str, acts: Sequence[RepresentationLine], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        grounds = party_words("acts_by")
        self.offer(
            "said_by",
            [
                (THEMSELVES, name),
                *((str(a.id), f"{a.name} ({grounds[a.ground]['as_role']})") for a in acts),
            ],
        )
        self.offer("how", choices_from("how", "in_person", "phone", "paper"))
        self.order_fields(["said_by", "how"])


class HowForm(_WithWords):
    """How the care recipient said that a consent ends."""

    how = _one_of(_("Hvordan ble det sagt?"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("how", choices_from("how", "in_person", "phone", "paper"))


class NoForm(_WithWords):
    """The care recipient was asked and does not want to share; perhaps later."""

    relation = _one_of(_("Hvem ble det spurt om?"))
    again_on = _day(
        _("Når kan vi spørre igjen?"),
        required=False,
        help_text=_("La det stå tomt hvis vi ikke skal spørre igjen."),
    )

    def __init__(self, *args: Any, close: Sequence[CloseOne], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("relation", _relation_choices([one for one in close if one.is_known]))


class GroundForm(_WithWords):
    """Why staff tell something without a consent."""

    relation = _one_of(_("Hvem skal få vite noe?"))
    topics = _some_of(_("Hva skal de få vite?"))
    ground = _one_of(_("Hva bygger dere på?"))
    why = Words(label=_("Hvorfor, med én eller to setninger"), max_length=400, rows=3)
    last_on = _day(_("Siste dag det gjelder"))

    def __init__(self, *args: Any, close: Sequence[CloseOne], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("relation", _relation_choices([one for one in close if one.is_known]))
        self.offer_topics()
        self.offer("ground", choices_from("ground"))

    def basis(self) -> LegalBasis:
        """What staff build on."""
        return LegalBasis(self.cleaned_data["ground"])


class CapacityForm(_WithWords):
    """What was decided about somebody's capacity in one matter."""

    matter = _one_of(_("Hva gjelder det?"))
    ability = _one_of(_("Hva er vurdert?"))
    decided_on = _day(_("Når ble det bestemt?"))
    decided_by = Line(label=_("Hvem bestemte det?"), max_length=120, help_text=_("Navn og tittel."))
    why = Words(label=_("Hvorfor?"), max_length=400, rows=3)
    is_told_recipient = forms.BooleanField(
        label=_("Den det gjelder, har fått vite det"), required=False
    )
    is_told_nearest = forms.BooleanField(
        label=_("Nærmeste pårørende har fått vite det"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("matter", _capital(choices_from("matter")))
        self.offer("ability", choices_from("ability"))

    def new_statement(self, person_id: uuid.UUID) -> NewStatement:
        """What was written, for the operation."""
        given = self.cleaned_data
        return NewStatement(
            care_recipient_id=person_id,
            matter=Matter(given["matter"]),
            ability=Ability(given["ability"]),
            decided_on=given["decided_on"],
            decided_by=given["decided_by"],
            why=given["why"],
            is_told_recipient=given["is_told_recipient"],
            is_told_nearest=given["is_told_nearest"],
        )


class RepresentationForm(_WithWords):
    """Who acts for a care recipient, as staff have seen in a document."""

    who = _one_of(_("Hvem handler for personen?"))
    name = Line(
        label=_("Navn"),
        max_length=120,
        required=False,
        help_text=_("Når det er en annen enn dem over."),
    )
    number = Line(
        label=_("Fødselsnummer"),
        max_length=14,
        required=False,
        help_text=_("Med det kan de logge inn. Vi lagrer ikke nummeret."),
    )
    ground = _one_of(_("Hva gir dem rett til det?"))
    scopes = _some_of(_("Hva gjelder det?"))
    document_ref = Line(
        label=_("Hvilket dokument har dere sett?"),
        max_length=120,
        required=False,
        help_text=_("Saksnummer eller dato. For foreldre kan det stå tomt."),
    )
    starts_on = _day(_("Første dag"))
    last_on = _day(_("Siste dag"), required=False)

    def __init__(self, *args: Any, close: Sequence[CloseOne], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("who", [*_person_choices(close), (OTHER, str(_("En annen")))])
        self.offer("ground", choices_from("acts_by"))
        self.offer("scopes", choices_from("scope"))

    def clean_number(self) -> str:
        text: str = self.cleaned_data["number"]
        if not text:
            return ""
        try:
            read = national_id.parse(text)
        except national_id.InvalidNationalId as fault:
            raise ValidationError(
                _("Se på nummeret en gang til. Det skal ha elleve siffer.")
            ) from fault
        if not national_id.allowed(read, mode=settings.MODE):
            raise ValidationError(_("Dette nummeret kan ikke brukes her."))
        return read.digits

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("who") == OTHER and not given.get("name") and "number" not in self.errors:
            self.add_error("name", _("Skriv navnet."))
        return given

    def new_representation(self, person_id: uuid.UUID) -> NewRepresentation:
        """What was written, for the operation."""
        given = self.cleaned_data
        is_other = given["who"] == OTHER
        return NewRepresentation(
            care_recipient_id=person_id,
            ground=ActsBy(given["ground"]),
            scopes=frozenset(Scope(code) for code in given["scopes"]),
            document_ref=given["document_ref"],
            starts_on=given["starts_on"],
            last_on=given["last_on"],
            person_id=None if is_other else uuid.UUID(given["who"]),
            name=given["name"] if is_other else "",
            digits=given["number"] if is_other else "",
        )


class NearestForm(_WithWords):
    """Who is nearest, and why."""

    relation = _one_of(_("Hvem?"))
    basis = _one_of(_("Hvorfor?"))

    def __init__(self, *args: Any, close: Sequence[CloseOne], **options: Any) -> None:
        super().__init__(*args, **options)
        ranked = sorted(close, key=lambda one: one.rank or 99)
        self.offer("relation", _relation_choices(ranked))
        explained(
            self.fields["relation"],
            descriptions={
                str(one.relation_id): _("Nummer %(n)s i rekkefølgen i loven") % {"n": one.rank}
                for one in ranked
                if one.rank
            },
        )
        self.offer("basis", choices_from("nearest"))

    def new_basis(self) -> NearestBasis:
        """Why."""
        return NearestBasis(self.cleaned_data["basis"])


class ToldForm(_WithWords):
    """What staff have told a caregiver: topics that may be told now, and no text."""

    topics = _some_of(_("Hva har du fortalt om?"))

    def __init__(self, *args: Any, relations: Sequence[MayTellRelation], **options: Any) -> None:
        super().__init__(*args, **options)
        several = len(relations) > 1
        self.offer(
            "topics",
            [
                (
                    f"{relation.relation_id}:{topic.code}",
                    f"{relation.name}: {topic.label}" if several else str(topic.label),
                )
                for relation in relations
                for topic in relation.topics
            ],
        )

    def by_relation(self) -> dict[uuid.UUID, list[str]]:
        """The topics that were told, for each relation."""
        told: dict[uuid.UUID, list[str]] = {}
        for choice in self.cleaned_data["topics"]:
            relation_id, _colon, code = choice.partition(":")
            told.setdefault(uuid.UUID(relation_id), []).append(code)
        return told
