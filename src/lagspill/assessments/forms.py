"""Forms of check-ins and calls, made from the instrument's own questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from lagspill.assessments.rules import Outcome
from lagspill.kernel.content import Instrument

_PREFIX = "q_"
CALL_ME = "call_me"


class CheckInForm(forms.Form):
    """The questions of an instrument, each of which may be skipped, and the closing question."""

    sheet = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, instrument: Instrument, **options: Any) -> None:
        super().__init__(*args, **options)
        answers = [(option.value, str(option.label)) for option in instrument.options]
        for item in instrument.items:
            self.fields[_PREFIX + item.id] = forms.TypedChoiceField(
                label=str(item.text or item.id),
                choices=answers,
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
                required=False,
            )
        self.fields["closing"] = forms.ChoiceField(
            label=str(instrument.words["closing_question"]),
            choices=[(code, str(label)) for code, label in instrument.closing],
            widget=forms.RadioSelect,
            required=False,
        )

    @staticmethod
    def first(answers: dict[str, int]) -> dict[str, int]:
        """Answers as the form's initial values."""
        return {_PREFIX + item: value for item, value in answers.items()}

    @property
    def questions(self) -> list[BoundField]:
        """The questions in order, without the closing one."""
        return [self[name] for name in self.fields if name.startswith(_PREFIX)]

    @property
    def closing(self) -> BoundField:
        return self["closing"]

    def answers(self) -> dict[str, int]:
        """What was answered, by question; skipped ones are left out."""
        return {
            name.removeprefix(_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX) and value is not None
        }

    @property
    def wants_call(self) -> bool:
        return self.cleaned_data["closing"] == CALL_ME


class ReadersForm(forms.Form):
    """Share a result with those who follow one up, or take it back."""

    readers = forms.ChoiceField(choices=(("talk", "talk"), ("mine", "mine")))


class CallForm(forms.Form):
    """How a call went."""

    outcome = forms.TypedChoiceField(
        label=_("Hvordan gikk det?"),
        coerce=Outcome,
        choices=(
            (Outcome.REACHED.value, _("Vi snakket sammen")),
            (Outcome.NOT_REACHED.value, _("Fikk ikke svar")),
            (Outcome.BY_ANOTHER.value, _("En annen har ringt")),
            (Outcome.NOT_WANTED.value, _("Trengs ikke lenger")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg hvordan det gikk.")},
    )
