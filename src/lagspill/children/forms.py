"""Forms of the child track: pass a child on, note a step, correct what is known, close. Choices and days, no sentences."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.access.queries import StaffCard
from lagspill.children.operations import Child
from lagspill.children.rules import HOWS, OUTCOMES, Ending, Kin, Step, Taken
from lagspill.kernel import content
from lagspill.ui.fields import Line


def words(table: str) -> dict[str, Any]:
    """The rows of a table of content/children.toml, by code."""
    return {row["code"]: row for row in content.load("children")[table]}


def labels(rows: Any, codes: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """Rows of content as choices, in the reader's language; all of them, or those of `codes`."""
    found = {row["code"]: str(row["label"]) for row in rows}
    return [(code, found[code]) for code in codes or found]


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text)


class ChildForm(forms.Form):
    """What is known of a child. Nothing is required: that there is a child is enough."""

    kin = forms.ChoiceField(label=_("Hva er barnet for den syke?"), widget=forms.RadioSelect)
    name = Line(
        label=_("Fornavn eller initialer"),
        help_text=_("Bare om du vet det. Ikke etternavn."),
        max_length=40,
        required=False,
    )
    birth_year = forms.IntegerField(
        label=_("Fødselsår"), help_text=_("Fire siffer, om du vet det."), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kin: Any = self.fields["kin"]
        kin.choices = labels(content.load("children")["kin"])
        self.fields["birth_year"].widget.attrs["inputmode"] = "numeric"

    def child(self) -> Child:
        """What was typed, for the operation."""
        given = self.cleaned_data
        return Child(given["name"], given["birth_year"], Kin(given["kin"]))


class StepForm(forms.Form):
    """That a step was taken: what came of it, on which day, and when somebody looks at it again."""

    outcome = forms.ChoiceField(label=_("Hva kom ut av det?"), widget=forms.RadioSelect)
    how = forms.ChoiceField(label=_("Hvordan?"), widget=forms.RadioSelect)
    lead = forms.ChoiceField(label=_("Hvem hos oss har det videre?"))
    done_on = _day(_("Når?"))
    next_on = _day(
        _("Neste steg"), required=False, help_text=_("Da kommer barnet opp på listen igjen.")
    )

    def __init__(
        self, *args: Any, step: Step, row: Any, colleagues: Sequence[StaffCard], **options: Any
    ) -> None:
        options["prefix"] = step.value
        super().__init__(*args, **options)
        self.step = step
        outcome: Any = self.fields["outcome"]
        outcome.choices = labels(row["outcome"], OUTCOMES[step])
        if step in HOWS:
            how: Any = self.fields["how"]
            how.choices = labels(row["how"], HOWS[step])
        else:
            del self.fields["how"]
        if step is Step.FOLLOWED_UP:
            lead: Any = self.fields["lead"]
            lead.choices = [(str(card.id), card.name) for card in colleagues]
        else:
            del self.fields["lead"]

    def taken(self) -> Taken:
        """What was noted, for the operation."""
        given = self.cleaned_data
        return Taken(self.step, given["outcome"], given["done_on"], given.get("how", ""))

    def lead_id(self) -> uuid.UUID | None:
        """Who follows up from now on; none where the form does not ask."""
        chosen = self.cleaned_data.get("lead")
        return uuid.UUID(chosen) if chosen else None


class CloseForm(forms.Form):
    """Why the track ends."""

    how = forms.ChoiceField(label=_("Hvorfor?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        how: Any = self.fields["how"]
        how.choices = labels(content.load("children")["ending"])

    def clean_how(self) -> Ending:
        return Ending(self.cleaned_data["how"])
