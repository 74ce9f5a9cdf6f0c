"""Forms of agreements: a line of a draft, the day to talk again, and the caregiver's answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.agreements.operations import NewLine
from lagspill.agreements.operations.drafts import LONGEST
from lagspill.agreements.rules import DEFAULTS, Answer, How, LineKind, LineWords, Who
from lagspill.kernel import content
from lagspill.people.rules import About, Audience
from lagspill.ui.fields import Line, Phone, Words, explained

RUNGS = (Audience.TALK, Audience.SERVICE, Audience.SHARED)
TEXT_LABELS = {
    LineKind.MATTERS: _("Hva er viktig?"),
    LineKind.TASK: _("Hva skal gjøres?"),
    LineKind.WILL_NOT: _("Hva gjør den pårørende ikke?"),
    LineKind.SERVICE_ASKS: _("Hva spør tjenesten om?"),
    LineKind.MEASURE: _("Hva lover kommunen?"),
    LineKind.CONTACT: _("Hva gjelder kontakten?"),
    LineKind.CONTINGENCY: _("Hva gjør vi når noe uventet skjer?"),
}


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, chosen in the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class LineForm(forms.Form):
    """One line; which fields it has follows from its kind. `sentences` says who reads each audience."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    form_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        kind: LineKind,
        sentences: Mapping[str, str],
        units: Sequence[tuple[uuid.UUID, str]] = (),
        owners: Sequence[tuple[uuid.UUID, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        longest = 400 if kind is LineKind.MEASURE else LONGEST
        self.fields["text"] = Words(label=TEXT_LABELS[kind], max_length=longest, rows=3)
        if kind is LineKind.TASK:
            self._add_who()
        if kind is LineKind.CONTACT:
            self._add_contact()
        if kind is LineKind.MEASURE:
            self._add_owner(units, owners)
        audience = forms.ChoiceField(
            label=_("Hvem kan lese dette?"),
            choices=[(rung.value, str(content.audiences()[rung.value].label)) for rung in RUNGS],
            initial=DEFAULTS[kind][0],
            widget=forms.RadioSelect,
        )
        self.fields["audience"] = explained(audience, descriptions=sentences)
        self.fields["is_together"] = forms.BooleanField(
            label=_("Den pårørende var med og valgte"),
            help_text=_("Ellers blir det i samtalen til den pårørende har sagt ja til avtalen."),
            required=False,
        )

    def _add_who(self) -> None:
        words = content.load("agreement")
        labels = {who.value: str(words["actor"][who.value]) for who in Who}
        labels[Who.CAREGIVER.value] = str(words["who"][Who.CAREGIVER.value])
        self.fields["who"] = forms.ChoiceField(
            label=_("Hvem gjør det?"),
            choices=list(labels.items()),
            initial=Who.NOBODY_YET.value,
            widget=forms.RadioSelect,
        )
        self.fields["when"] = Line(label=_("Når?"), max_length=120, required=False)

    def _add_contact(self) -> None:
        self.fields["name"] = Line(label=_("Navn"), max_length=120, required=False)
        self.fields["phone"] = Phone(label=_("Telefonnummer"), required=False)
        self.fields["when"] = Line(label=_("Når kan man ringe?"), max_length=120, required=False)
        self.fields["substitute_name"] = Line(
            label=_("Hvem når den personen er borte?"), max_length=120, required=False
        )
        self.fields["substitute_phone"] = Phone(label=_("Telefon dit"), required=False)

    def _add_owner(
        self, units: Sequence[tuple[uuid.UUID, str]], owners: Sequence[tuple[uuid.UUID, str]]
    ) -> None:
        self.fields["unit"] = forms.TypedChoiceField(
            label=_("Hvilken enhet har ansvaret?"),
            choices=[(str(key), name) for key, name in units],
            coerce=uuid.UUID,
            empty_value=None,
        )
        self.fields["owner_staff"] = forms.TypedChoiceField(
            label=_("Hvem der?"),
            choices=[("", _("Ikke bestemt ennå")), *[(str(key), name) for key, name in owners]],
            coerce=uuid.UUID,
            empty_value=None,
            required=False,
        )
        self.fields["due_on"] = day_field(_("Innen når?"), required=False)

    def new_line(self, about: str | None = None) -> NewLine:
        """What was typed, for the operation. What only the service may read is about the caregiver."""
        given = self.cleaned_data
        audience = Audience(given["audience"])
        default = About.CAREGIVER if audience is Audience.SERVICE else About(DEFAULTS[self.kind][1])
        return NewLine(
            LineWords(
                self.kind,
                given["text"],
                Who(given["who"]) if given.get("who") else None,
                given.get("when", ""),
                given.get("name", ""),
                given.get("phone", ""),
                given.get("substitute_name", ""),
                given.get("substitute_phone", ""),
            ),
            audience,
            About(about) if about else default,
            is_together=given["is_together"],
            unit_id=given.get("unit"),
            owner_staff_id=given.get("owner_staff"),
            due_on=given.get("due_on"),
        )


class ProposeForm(forms.Form):
    """When caregiver and municipality look at the agreement again."""

    review_on = day_field(_("Når snakkes dere igjen?"))


class TakeForm(forms.Form):
    """Which statement becomes which kind of line."""

    item = forms.UUIDField()
    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in LineKind])


class CaregiverAnswerForm(forms.Form):
    """The caregiver's own answer in the portal: a button, and words only if they want."""

    answer = forms.ChoiceField(choices=[(answer.value, answer.value) for answer in Answer])
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    text = Words(
        label=_("Vil du si noe mer?"),
        help_text=_(
            "Du trenger ikke å begrunne svaret. Bare du og de som følger deg opp, ser dette."
        ),
        max_length=1000,
        rows=3,
        required=False,
    )


class RecordAnswerForm(forms.Form):
    """What the caregiver answered by phone or on paper, as staff record it."""

    answer = forms.ChoiceField(
        label=_("Hva svarte den pårørende?"),
        choices=(
            (Answer.YES.value, _("Ja til avtalen")),
            (Answer.CHANGE.value, _("Vil endre noe")),
            (Answer.NO.value, _("Nei takk")),
        ),
        widget=forms.RadioSelect,
    )
    how = forms.ChoiceField(
        label=_("Hvordan kom svaret?"),
        choices=((How.PHONE.value, _("På telefon")), (How.PAPER.value, _("På papir"))),
        widget=forms.RadioSelect,
    )
    text = Words(
        label=_("Ord fra den pårørende"),
        help_text=_("Den pårørende trenger ikke å begrunne svaret."),
        max_length=1000,
        rows=2,
        required=False,
    )
