"""Forms of one item: who may read it, the caregiver's answer, what is written for care, what is passed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.kernel import content
from lagspill.people.operations import NewDisclosure, NewEntry
from lagspill.people.queries import Choice, RelationView
from lagspill.people.rules import Answer, Ground, ToldHow
from lagspill.ui.fields import Line, Words, explained

HOWS = (
    ("in_person", _("Ansikt til ansikt: den pårørende har sett eller hørt setningen")),
    ("phone", _("På telefon: jeg har lest ordene og setningen høyt")),
    ("paper", _("På papir: det står der hvem som kan lese")),
)
TOLD = (
    (ToldHow.IN_PERSON.value, _("Ansikt til ansikt")),
    (ToldHow.PHONE.value, _("På telefon")),
    (ToldHow.LETTER.value, _("I brev")),
)


class AudienceForm(forms.Form):
    """Another audience for an item, with the sentence under each choice; staff say how the caregiver said yes."""

    audience = forms.ChoiceField(label=_("Hvem skal kunne lese det?"), widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label=_("Hvordan sa den pårørende ja?"),
        choices=HOWS,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, choices: Sequence[Choice], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["audience"]
        field.choices = [(choice.audience, choice.label) for choice in choices]
        explained(field, descriptions={choice.audience: choice.sentence for choice in choices})


class AnswerForm(forms.Form):
    """What the caregiver says to words written without them."""

    answer = explained(
        forms.ChoiceField(
            label=_("Stemmer det?"),
            choices=(
                (Answer.YES.value, _("Ja, det stemmer")),
                (Answer.NARROWER.value, _("Ja, men ingen flere skal lese det")),
                (Answer.CORRECT.value, _("Nei, jeg vil rette")),
            ),
            widget=forms.RadioSelect,
        ),
        icons={"yes": "CheckmarkCircle", "narrower": "PadlockLocked", "correct": "Pencil"},
    )
    text = Words(
        label=_("Slik vil jeg si det"),
        help_text=_("Det du skriver, blir stående ved siden av. Notatet blir ikke borte."),
        max_length=4000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == Answer.CORRECT and not given.get("text"):
            self.add_error("text", _("Skriv hvordan det er."))
        return given


class TakenAnswerForm(forms.Form):
    """The same answer, as staff heard it. A correction is the caregiver's own to write."""

    answer = forms.ChoiceField(
        label=_("Hva sa den pårørende?"),
        choices=(
            (Answer.YES.value, _("Ja, det stemmer")),
            (Answer.NARROWER.value, _("Ja, men ingen flere skal lese det")),
        ),
        widget=forms.RadioSelect,
    )
    how = forms.ChoiceField(
        label=_("Hvordan?"),
        choices=(("in_person", _("Ansikt til ansikt")), ("phone", _("På telefon"))),
        widget=forms.RadioSelect,
    )


class EntryForm(forms.Form):
    """A fact about the care recipient that care needs."""

    relation = forms.ChoiceField(label=_("Hvem gjelder det?"))
    text = Words(
        label=_("Nøyaktig slik det skal stå"),
        help_text=_("Kort, og bare det som trengs for å gi rett hjelp."),
        max_length=1000,
        rows=3,
    )
    source = forms.ChoiceField(
        label=_("Hvor kommer det fra?"),
        choices=(("caregiver", _("Den pårørende fortalte det")), ("staff", _("Vi så det selv"))),
        widget=forms.RadioSelect,
    )
    caregiver_present = forms.BooleanField(
        label=_("Den pårørende er her og vet at det skrives"), required=False
    )

    def __init__(self, *args: Any, relations: Sequence[RelationView], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {str(row.id): row.id for row in relations}
        field: Any = self.fields["relation"]
        names = [(str(r.id), r.care_recipient.name or str(_("Uten navn"))) for r in relations]
        field.choices = names if len(names) == 1 else [("", _("Velg")), *names]

    def entry(self, source_item_id: Any = None) -> NewEntry:
        """What was typed, for the operation."""
        given = self.cleaned_data
        return NewEntry(
            relation_id=self.known[given["relation"]],
            text=given["text"],
            source=given["source"],
            source_item_id=source_item_id,
            caregiver_present=given["caregiver_present"],
        )


class DisclosureForm(forms.Form):
    """What left on a legal ground, and whether the caregiver has been told."""

    ground = forms.ChoiceField(label=_("Hva er grunnlaget?"), widget=forms.RadioSelect)
    receiver = Line(label=_("Hvem fikk det?"), max_length=120)
    words = Words(label=_("Ordene som ble gitt videre"), max_length=4000)
    told_how = forms.ChoiceField(
        label=_("Har den pårørende fått vite det?"),
        choices=(*TOLD, (ToldHow.NOT_YET.value, _("Ikke ennå"))),
        widget=forms.RadioSelect,
    )
    why_not_told = Line(label=_("Hvorfor ikke ennå?"), max_length=400, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["ground"]
        grounds = content.load("storage")["ground"]
        field.choices = [(ground.value, str(grounds[ground.value])) for ground in Ground]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("told_how") == ToldHow.NOT_YET and not given.get("why_not_told"):
            self.add_error("why_not_told", _("Si hvorfor den pårørende ikke har fått vite det."))
        return given

    def disclosure(self) -> NewDisclosure:
        """What was typed, for the operation."""
        given = self.cleaned_data
        return NewDisclosure(
            Ground(given["ground"]),
            given["receiver"],
            given["words"],
            ToldHow(given["told_how"]),
            given["why_not_told"],
        )


class DisclosureToldForm(forms.Form):
    """How the caregiver was told of something that left."""

    disclosure = forms.UUIDField(widget=forms.HiddenInput)
    told_how = forms.ChoiceField(
        label=_("Hvordan fikk den pårørende vite det?"), choices=TOLD, widget=forms.RadioSelect
    )
