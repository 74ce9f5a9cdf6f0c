"""Forms of promises."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.promises.operations import Answer
from lagspill.promises.rules import Outcome, Reason
from lagspill.ui.fields import Line, Words, explained

REASONS = (
    (Reason.CAREGIVER_ASKED.value, _("Den pårørende ba om det")),
    (Reason.WAITS_FOR_OTHERS.value, _("Vi venter på andre")),
    (Reason.CAPACITY.value, _("Vi rekker det ikke")),
    (Reason.ILLNESS.value, _("Sykdom")),
)
OUTCOMES = (
    (Outcome.EXPLAINED.value, _("Bare svare")),
    (Outcome.NEW_DATE.value, _("Gi løftet en ny dato")),
    (Outcome.NEW_PROMISE.value, _("Love noe annet i stedet")),
    (Outcome.NOT_DONE.value, _("Si at det ikke blir gjort")),
)


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required)


class ReportForm(forms.Form):
    """ "It was not followed", with own words if one likes."""

    words = Words(
        label=_("Vil du si noe om hva som skjedde?"),
        help_text=_("Du trenger ikke skrive noe."),
        max_length=1000,
        required=False,
    )


class AnswerForm(forms.Form):
    """The leader's answer, and what comes of it."""

    answer = Words(label=_("Svar til den pårørende"), max_length=1000)
    outcome = explained(
        forms.ChoiceField(
            label=_("Hva skjer videre?"),
            choices=OUTCOMES,
            initial=Outcome.EXPLAINED.value,
            widget=forms.RadioSelect,
        ),
        descriptions={
            Outcome.NEW_DATE.value: _("Løftet er åpent igjen, med samme ansvarlige."),
            Outcome.NEW_PROMISE.value: _("Det nye løftet kommer i stedet for dette."),
            Outcome.NOT_DONE.value: _("Skriv hvorfor i svaret."),
        },
    )
    text = Line(label=_("Det nye løftet"), max_length=400, required=False)
    due_on = _day(_("Dato"), required=False)

    def answer_given(self) -> Answer:
        """What the operation takes."""
        held = self.cleaned_data
        return Answer(held["answer"], Outcome(held["outcome"]), held["due_on"], held["text"])


class MoveForm(forms.Form):
    """Another date, with a reason the caregiver sees. `version` is the one that was on the screen."""

    due_on = _day(_("Ny dato"))
    reason = forms.ChoiceField(label=_("Hvorfor"), choices=REASONS, widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_reason(self) -> Any:
        return Reason(self.cleaned_data["reason"])


class WithdrawForm(forms.Form):
    """A promise is taken back, with a reason the caregiver sees."""

    why = forms.ChoiceField(label=_("Hvorfor"), choices=REASONS, widget=forms.RadioSelect)

    def clean_why(self) -> Any:
        return Reason(self.cleaned_data["why"])
