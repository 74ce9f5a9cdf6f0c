"""Each import contract catches its own kind of fault, and nothing is listed that is no longer needed.

The faults are planted in a skeleton of the layout, so that the tests say something of the contracts alone.
"""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import grimp
import pytest

from tests.architecture.contracts import package_of

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ("Tiers", "Rooms", "Pure rules", "Thin views", "Front doors")
ROOMS = [
    "apps",
    "urls",
    "views",
    "forms",
    "demo",
    "jobs",
    "reactions",
    "operations",
    "queries",
    "policy",
    "models",
    "rules",
    "events",
]


def _lines(contract: str, option: str) -> list[str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser[f"importlinter:contract:{contract}"][option].split("\n")[1:]


@pytest.fixture
def skeleton(tmp_path):
    """Every package of the tiers, with every room empty."""
    root = tmp_path / "src" / "lagspill"
    names = re.findall(r"[a-z]+", " ".join(_lines("tiers", "layers")))
    for name in set(names) - {"settings", "urls", "wsgi"}:
        (root / name / "tests").mkdir(parents=True)
        for file in ("__init__", "tests/__init__", "tests/test_views", *ROOMS):
            (root / name / f"{file}.py").write_text("")
    (root / "kernel" / "clock.py").write_text("")
    (root / "__init__.py").write_text("")
    (tmp_path / ".importlinter").write_bytes((ROOT / ".importlinter").read_bytes())
    return root


def broken(root: Path) -> dict[str, bool]:
    """Which contracts the skeleton breaks."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root.parents[1],
        env={**os.environ, "PYTHONPATH": f"{root.parent}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
    assert set(verdicts) == set(CONTRACTS), done.stdout + done.stderr
    return {name: verdict == "BROKEN" for name, verdict in verdicts.items()}


def test_the_skeleton_itself_breaks_nothing(skeleton):
    assert not any(broken(skeleton).values())


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        ("Tiers", "people/operations.py", "from lagspill.promises import queries"),
        ("Tiers", "fhir/views.py", "from lagspill.shell import queries"),
        ("Tiers", "kernel/clock.py", "import lagspill.ui"),
        ("Tiers", "newcomer/__init__.py", ""),
        ("Rooms", "people/queries.py", "from lagspill.people import operations"),
        ("Rooms", "followup/jobs.py", "from lagspill.followup import reactions"),
        ("Rooms", "promises/utils.py", ""),
        ("Pure rules", "agreements/rules.py", "from django.utils import timezone"),
        ("Pure rules", "agreements/rules.py", "from lagspill.kernel import clock"),
        ("Thin views", "conversations/views.py", "from lagspill.conversations.models import Talk"),
        ("Front doors", "promises/operations.py", "from lagspill.people import models"),
        ("Front doors", "promises/operations.py", "import lagspill.people"),
        ("Front doors", "shell/demo.py", "from lagspill.access import apps"),
        ("Front doors", "promises/demo.py", "from lagspill.people import demo"),
    ],
)
def test_a_contract_catches_its_own_fault_and_no_other_does(skeleton, contract, file, line):
    target = skeleton / file
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"{line}\n")
    assert [name for name, is_broken in broken(skeleton).items() if is_broken] == [contract]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("promises/operations.py", "from lagspill.people import operations, policy, queries"),
        ("shell/demo.py", "from lagspill.people import demo"),
        ("promises/tests/test_views.py", "from lagspill.people import models"),
        ("dispatch/tests/test_views.py", "from lagspill.people import operations"),
        ("people/models.py", "from lagspill.tenancy.models import TenantModel"),
    ],
)
def test_what_is_meant_to_be_allowed_breaks_nothing(skeleton, file, line):
    (skeleton / file).write_text(f"{line}\n")
    assert not any(broken(skeleton).values())


def test_every_capability_stands_in_every_list():
    """A package with a policy of its own is a capability: its rooms and doors are checked.

    `access` has a policy and is ground all the same: other modules than rooms, and its doors are checked below.
    """
    folders = {path.parent.name for path in (ROOT / "src" / "lagspill").glob("*/policy.py")}
    capabilities = {f"lagspill.{name}" for name in folders - {"access", "shell", "fhir"}}
    assert capabilities <= set(_lines("rooms", "containers"))
    guarded = set(_lines("front-doors", "packages"))
    assert set(_lines("rooms", "containers")) <= guarded
    open_packages = {"lagspill.kernel", "lagspill.ui"}
    folders = {path.parent.name for path in (ROOT / "src" / "lagspill").glob("*/__init__.py")}
    assert {f"lagspill.{name}" for name in folders} == guarded | open_packages


def test_every_further_door_is_used():
    """A door that nobody enters by any more is closed."""
    graph = grimp.build_graph("lagspill", cache_dir=None)
    crossings = [
        (package_of(importer), imported)
        for imported in graph.modules
        for importer in graph.find_modules_that_directly_import(imported)
        if package_of(importer) != package_of(imported) and ".tests" not in importer
    ]
    unused = [
        line
        for line in _lines("front-doors", "more_doors")
        if not any(
            fnmatchcase(importer, line.split(" -> ")[0])
            and fnmatchcase(imported, line.split(" -> ")[1])
            for importer, imported in crossings
        )
    ]
    assert unused == []
