"""Forms about a death, and about who reads a dead person's file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.access.queries import StaffCard


class DeathForm(forms.Form):
    """The day somebody died, and that what will happen was read."""

    died_on = forms.DateField(
        label=_("Dagen personen døde"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    is_read = forms.BooleanField(
        label=_("Jeg har lest hva som skjer, og det er riktig person"),
        error_messages={"required": _("Les hva som skjer, og sett et kryss.")},
    )


class OpeningForm(forms.Form):
    """Who reads, why, and until when."""

    staff = forms.ChoiceField(label=_("Hvem skal lese?"))
    why = forms.CharField(
        label=_("Hvorfor"),
        help_text=_("Skriv hva det bygger på. Ikke skriv noe fra mappen."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    last_on = forms.DateField(
        label=_("Til og med"),
        help_text=_("Høyst 30 dager. Det kan gis på nytt."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, readers: Sequence[StaffCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff: Any = self.fields["staff"]
        staff.choices = [
            ("", _("Velg")),
            *(
                (str(card.id), f"{card.name}, {card.title}" if card.title else card.name)
                for card in readers
            ),
        ]

    def staff_id(self) -> uuid.UUID:
        """Who was chosen."""
        return uuid.UUID(self.cleaned_data["staff"])
