"""The table of who reads what: what is checked in is what the policies answer, and no noun is left out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from lagspill.shell.reading import table
from tests.proof import oracle

CHECKED_IN = Path(__file__).resolve().parents[4] / "docs" / "who-reads-what.md"
#: Nouns that stand in the table under another name, each with the reason why.
ELSEWHERE: dict[str, str] = {}


@pytest.mark.django_db
def test_the_table_that_is_checked_in_is_what_the_policies_answer(
    now: datetime, tmp_path: Path
) -> None:
    """`./run manage who-reads-what` writes it; look at what changed before you commit it."""
    call_command("who-reads-what", to=tmp_path / "made.md", verbosity=0)
    assert CHECKED_IN.read_text("utf-8") == (tmp_path / "made.md").read_text("utf-8")


def test_every_noun_stands_in_the_table() -> None:
    shown = {noun.lists for _, nouns in table.NOUNS for noun in nouns}
    missing = sorted(name for name, (lists, _) in oracle.pairs().items() if lists not in shown)
    assert missing == sorted(ELSEWHERE)
