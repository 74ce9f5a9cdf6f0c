"""The form where the age of a caregiver is stated."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.people.forms.registering import AGE_GROUPS
from lagspill.people.rules import AgeGroup


class AgeForm(forms.Form):
    """An age group, or a birth date that decides by itself."""

    age_group = forms.ChoiceField(
        label=_("Hvor gammel er den pårørende?"),
        choices=AGE_GROUPS,
        widget=forms.RadioSelect,
        required=False,
    )
    birth_on = forms.DateField(
        label=_("Fødselsdato"),
        help_text=_("Om dere vet den. Da følger alderen med av seg selv."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("age_group") and not given.get("birth_on") and not self.errors:
            self.add_error("age_group", _("Velg alder, eller skriv fødselsdatoen."))
        return given

    def group(self) -> AgeGroup:
        """What was chosen."""
        return AgeGroup(self.cleaned_data["age_group"] or AgeGroup.UNKNOWN)
