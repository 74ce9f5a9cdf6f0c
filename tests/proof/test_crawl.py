"""Everybody in the cast, every address, by GET and POST: let in against policy 0, existence told 0.

A sample by seed in the gate (`LAGSPILL_CRAWL=<seed>` takes another); the whole crawl, with its count, with --long.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from lagspill.shell.cast import CITIZENS, COLLEAGUES
from tests.journeys.life import Life
from tests.proof import oracle
from tests.proof.crawl import PLACES, Crawl

LONG = os.environ.get("LAGSPILL_LONG") == "1"
SEED = int(os.environ.get("LAGSPILL_CRAWL", "1"))
#: Rows of each sort (seen, hidden) for each member, address and municipality; the share of pairs of member and address
#: that are asked; and in how many parts the cast goes, so that the cores divide the work.
REACH, SHARE, PARTS = (2, 1.0, 8) if LONG else (1, 0.01, 1)


@pytest.fixture
def crawl(life: Life, settings: Any, tmp_path: Path) -> Crawl:
    """Everybody signed in, at one moment."""
    settings.MAIL_URL = f"maildir://{tmp_path}/mail"
    return Crawl(life, SEED)


@pytest.mark.parametrize("part", range(PARTS))
def test_nobody_is_let_in_against_policy_and_nothing_hidden_is_told(
    part: int, crawl: Crawl, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = [name for name, door in crawl.doors.items() if not oracle.knows_door(door)]
    assert not unknown, unknown  # a door whose policy cannot be asked proves nothing
    names = {member.name.partition(" (")[0] for member in crawl.cast}
    here = {someone.name for someone in COLLEAGUES if someone.municipality in PLACES}
    assert here <= names
    assert {citizen.persona for citizen in CITIZENS} <= names
    assert len(crawl.all_words) > 30
    members = crawl.cast[part::PARTS]
    found = crawl.walk(members, REACH, every=SHARE)
    said = (
        f"crawled {found.requests} requests as {len(members)} of the cast to {len(found.met)} addresses"
        f" ({found.entered} let in, {found.refused} refused, {found.compared} compared with absent rows,"
        f" forms for {len(found.posted)}): let in against policy {len(found.let_in)}, told {len(found.told)}"
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{said}\n")
    assert not found.broken, "\n".join(found.broken[:20])
    assert not found.let_in, "\n".join(found.let_in[:40])
    assert not found.told, "\n".join(found.told[:40])
    assert found.entered > 20  # somebody is let in, so that a refusal means something
    assert found.compared > 20
