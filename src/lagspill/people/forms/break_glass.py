"""Forms of opening a card in an emergency, and of saying what one thinks of it afterwards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lagspill.access.rules import HOURS, Outcome, Why
from lagspill.kernel import content, national_id
from lagspill.people.operations import Sought
from lagspill.ui.fields import Line, Words

_BY_ID, _BY_NAME = "id", "name"


class BreakGlassForm(forms.Form):
    """Who is sought, why, and for how long. What was typed stands in no address, no log and no table."""

    way = forms.ChoiceField(
        label=_("Hva vet du?"),
        choices=((_BY_ID, _("Fødselsnummer")), (_BY_NAME, _("Fullt navn og fødselsdato"))),
        widget=forms.RadioSelect,
        initial=_BY_ID,
    )
    digits = forms.CharField(
        label=_("Fødselsnummer, 11 siffer"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = Line(label=_("Fullt navn"), max_length=120, required=False)
    birth_on = forms.DateField(
        label=_("Fødselsdato"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
    )
    why = forms.ChoiceField(label=_("Hva har skjedd?"), widget=forms.RadioSelect)
    reason = Words(
        label=_("Hvorfor trenger du kortet nå?"),
        help_text=_("Noen ord. Enhetslederen leser dem."),
        max_length=500,
        rows=3,
    )
    hours = forms.TypedChoiceField(
        label=_("Hvor lenge?"),
        coerce=int,
        choices=((HOURS[0], _("1 time")), (HOURS[1], _("2 timer"))),
        widget=forms.RadioSelect,
        initial=HOURS[0],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Each way has fields of its own; those of the way chosen must be filled in, and say so.
        by_name = self.is_bound and self.data.get("way") == _BY_NAME
        self.fields["digits"].required = not by_name
        for name in ("name", "birth_on"):
            self.fields[name].required = by_name
        self.fields["why"].choices = [  # type: ignore[attr-defined]  # a choice field has them
            (why.value, str(content.load("break-glass")["why"][why.value])) for why in Why
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("way") == _BY_ID and "digits" not in self.errors:
            self._clean_digits(given)
        if given.get("reason") and len(given["reason"].split()) < 2:
            self.add_error("reason", str(content.reason("reason_too_short")))
        return given

    def _clean_digits(self, given: dict[str, Any]) -> None:
        try:
            found = national_id.parse(given.get("digits") or "")
        except national_id.InvalidNationalId:
            self.add_error("digits", _("Skriv et gyldig fødselsnummer, elleve siffer."))
            return
        if not national_id.allowed(found, mode=settings.MODE):
            self.add_error("digits", _("Skriv et gyldig fødselsnummer, elleve siffer."))
        given["digits"] = found.digits

    def sought(self) -> Sought:
        """Who is sought, for the operation."""
        given = self.cleaned_data
        if given["way"] == _BY_ID:
            return Sought(digits=given["digits"])
        return Sought(name=given["name"], birth_on=given["birth_on"])

    def why_code(self) -> Why:
        """What has happened, as a code."""
        return Why(self.cleaned_data["why"])


class ReviewForm(forms.Form):
    """What somebody else thinks of an opening."""

    outcome = forms.ChoiceField(label=_("Hva er din vurdering?"), widget=forms.RadioSelect)
    note = Words(
        label=_("Kort begrunnelse"),
        help_text=_("Må fylles ut når noe skal følges opp, eller når det ikke var i orden."),
        max_length=500,
        rows=3,
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words = content.load("break-glass")["outcome"]
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]  # a choice field has them
            (outcome.value, str(words[outcome.value])) for outcome in Outcome
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outcome") not in (None, "", Outcome.OK) and not given.get("note"):
            self.add_error("note", str(content.reason("review_needs_note")))
        return given
