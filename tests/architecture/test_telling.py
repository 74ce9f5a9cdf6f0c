"""Wherever staff meet a caregiver's file, the page says what they may tell the caregiver now, and why (N50, N51, N111).

Each page in the staff's frame shows the panel, or stands here with the reason why it needs none.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import figures

PANEL = '{% include "people/_may_tell.html" %}'
FRAME = re.compile(r'\{% extends (?:"ui/staff\.html"|frame) %\}')
#: Pages without the panel, each with the reason why.
WITHOUT = {
    "ui/gallery.html": "the components themselves",
    "ui/gallery/dialog.html": "the components themselves",
    "ui/gallery/worklist.html": "the components themselves",
    "shell/staff_start.html": "about nobody in particular",
    "followup/worklist.html": "a list of work, by name and kind; each leads to a page with the panel",
    "promises/kept.html": "counts of promises, no names",
    "people/search.html": "a list of names; each leads to a file",
    "people/my_cards.html": "a list of care recipients",
    "people/register.html": "there is no file yet",
    "people/storage.html": "rules of the municipality, about nobody",
    "people/parties.html": "the consents themselves",
    "people/parties_form.html": "the consents themselves",
    "people/consent.html": "the consents themselves",
    "people/see_as.html": "a preview of what others read; also the caregiver's own page",
    "agreements/card.html": "about the care recipient, with a link to the consents; also their own page",
    "conversations/stale.html": "two versions of one text; also the caregiver's own page",
    "shell/links.html": "about colleagues, nobody is met",
    "shell/link.html": "about a colleague, nobody is met",
    "people/death.html": "what a death stops; nobody is told anything here",
    "people/dead_file.html": "there is no caregiver left to tell",
    "people/dead_files.html": "there is no caregiver left to tell",
    "people/break_glass.html": "about a care recipient in an emergency, before anything is open",
    "people/break_glass_review.html": "looks back at an emergency; nobody is met",
    "people/log_question.html": "a question about the log, for the privacy officer; no caregiver is met",
    "people/log_search.html": "the log without texts; nobody is met",
    "people/new_suspected.html": "there is no file yet",
    "people/suspected.html": "there is no file yet",
    "children/pass_on.html": "the child track stands apart from files",
    "children/track.html": "the child track stands apart from files",
    "children/tracks.html": "the child track stands apart from files",
}


def pages() -> dict[str, Path]:
    """Templates in the staff's frame, by name."""
    return {
        file.as_posix().partition("/templates/")[2]: file
        for file in figures.templates()
        if FRAME.search(file.read_text("utf-8"))
    }


def test_there_are_pages_to_guard():
    assert len(pages()) > 20


@pytest.mark.parametrize("name", pages())
def test_a_page_with_a_file_says_what_may_be_told(name):
    shows = pages()[name].read_text("utf-8").count(PANEL)
    assert shows == (0 if name in WITHOUT else 1)


def test_no_exception_is_stale():
    assert set(WITHOUT) - set(pages()) == set()
