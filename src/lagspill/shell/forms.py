"""The form where an employee is linked to themselves as a citizen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lagspill.kernel import national_id


class Unshown(forms.TextInput):
    """An input that never writes back what was typed."""

    def format_value(self, value: Any) -> None:
        """Nothing."""


class LinkForm(forms.Form):
    """A national id, typed once and never shown again."""

    digits = forms.CharField(
        label=_("Fødselsnummer, 11 siffer"),
        help_text=_("Det blir ikke lagret. Vi husker bare at den ansatte er koblet."),
        max_length=20,
        widget=Unshown(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_digits(self) -> str:
        """The digits of a national id that is valid here."""
        try:
            found = national_id.parse(self.cleaned_data["digits"])
        except national_id.InvalidNationalId:
            found = None
        if found is None or not national_id.allowed(found, mode=settings.MODE):
            raise forms.ValidationError(_("Skriv et gyldig fødselsnummer, elleve siffer."))
        return found.digits
