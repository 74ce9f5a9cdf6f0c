"""Forms about logs: a question from its owner, an answer, and the privacy officer's search."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lagspill.access.queries import StaffCard
from lagspill.kernel import national_id
from lagspill.people.queries import LogSearch
from lagspill.ui.fields import Line, Words


class AskLogForm(forms.Form):
    """What somebody wants to know about a line of their own log."""

    words = Words(label=_("Hva lurer du på?"), max_length=1000, rows=4)


class AnswerLogForm(forms.Form):
    """What the privacy officer answers."""

    answer = Words(
        label=_("Svaret ditt"),
        help_text=_("Den som har spurt, leser det på sin side."),
        max_length=2000,
        rows=5,
    )


class LogSearchForm(forms.Form):
    """A person, an employee, days. Sent by POST: names and numbers never stand in an address."""

    digits = forms.CharField(
        label=_("Fødselsnummer, 11 siffer"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = Line(label=_("Eller fullt navn"), max_length=120, required=False)
    birth_on = forms.DateField(
        label=_("og fødselsdato"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
    )
    staff = forms.TypedChoiceField(
        label=_("Ansatt"), coerce=uuid.UUID, empty_value=None, required=False
    )
    first = forms.DateField(
        label=_("Fra og med"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Til og med"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, staff: Sequence[StaffCard], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["staff"].choices = [  # type: ignore[attr-defined]  # a choice field has them
            ("", _("Alle")),
            *((str(card.id), card.name) for card in staff),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("digits"):
            try:
                found = national_id.parse(given["digits"])
            except national_id.InvalidNationalId:
                found = None
            if found is None or not national_id.allowed(found, mode=settings.MODE):
                self.add_error("digits", _("Skriv et gyldig fødselsnummer, elleve siffer."))
            else:
                given["digits"] = found.digits
        elif given.get("name") and not given.get("birth_on") and "birth_on" not in self.errors:
            self.add_error("birth_on", _("Skriv fødselsdatoen."))
        elif not given.get("name") and not given.get("staff") and not self.errors:
            self.add_error(None, _("Skriv hvem det gjelder, eller velg en ansatt."))
        return given

    def sought(self) -> LogSearch:
        """What was typed, for the query."""
        given = self.cleaned_data
        return LogSearch(
            given["digits"],
            given["name"],
            given["birth_on"],
            given["staff"],
            given["first"],
            given["last"],
        )
