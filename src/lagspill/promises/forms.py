"""Forms of promises."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.promises.rules import Reason
from lagspill.ui.fields import Words

REASONS = (
    (Reason.CAREGIVER_ASKED.value, _("Den pårørende ba om det")),
    (Reason.WAITS_FOR_OTHERS.value, _("Vi venter på andre")),
    (Reason.CAPACITY.value, _("Vi rekker det ikke")),
    (Reason.ILLNESS.value, _("Sykdom")),
)


class ReportForm(forms.Form):
    """ "It was not followed", with own words if one likes."""

    words = Words(
        label=_("Vil du si noe om hva som skjedde?"),
        help_text=_("Du trenger ikke skrive noe."),
        max_length=1000,
        required=False,
    )


class AnswerForm(forms.Form):
    """The leader's answer."""

    answer = Words(label=_("Svar til den pårørende"), max_length=1000)


class MoveForm(forms.Form):
    """Another date, with a reason the caregiver sees."""

    due_on = forms.DateField(label=_("Ny dato"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(label=_("Hvorfor"), choices=REASONS, widget=forms.RadioSelect)

    def clean_reason(self) -> Any:
        return Reason(self.cleaned_data["reason"])
