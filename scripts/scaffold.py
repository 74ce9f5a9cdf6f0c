"""Starts a capability: the rooms that every one has, and the three lines to add by hand."""

import re

from scripts.steps import ROOT, StepFailed

FILES = {
    "__init__.py": '"""What this capability owns, and what it does not."""\n',
    "apps.py": '''"""Django's handle on {name}."""

from django.apps import AppConfig


class {camel}Config(AppConfig):
    name = "lagspill.{name}"
    label = "{name}"
''',
    "rules.py": '"""Values, states and calculations of {name}. No Django, no clock, no input or output."""\n',
    "events.py": '"""Facts that {name} announces: frozen dataclasses, ids only."""\n',
    "models.py": '"""Tables of {name}."""\n',
    "policy.py": '"""Who may do what with {name}: can_<verb>(actor, thing) and visible_<things>(actor)."""\n',
    "queries.py": '"""Reads of {name}; return small frozen read models. No writes."""\n',
    "operations.py": '"""Writes of {name}: check, lock, change, audit, announce."""\n',
    "views.py": '"""Pages of {name}: one door call each."""\n',
    "urls.py": '"""Addresses of {name}."""\n\nfrom django.urls import path\n\nurlpatterns: list[path] = []\n',
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "tests/test_rules.py": '"""Each rule of {name} at its edges."""\n',
    "tests/test_policy.py": '"""Each answer of the policy of {name}."""\n',
}


def create(arguments: list[str]) -> int:
    if len(arguments) != 1 or not re.fullmatch(r"[a-z][a-z0-9]*", arguments[0]):
        raise StepFailed("Usage: ./run new-capability NAME   (one lower-case word)")
    name = arguments[0]
    folder = ROOT / "src" / "lagspill" / name
    if folder.exists():
        raise StepFailed(f"{folder.relative_to(ROOT)} exists already.")
    for file, text in FILES.items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("{name}", name).replace("{camel}", name.capitalize()))
    print(
        f"Made src/lagspill/{name}/. Now add three lines:\n"
        f'  src/lagspill/settings.py   "lagspill.{name}" in INSTALLED_APPS\n'
        f'  src/lagspill/urls.py       include("lagspill.{name}.urls")\n'
        f"  .importlinter              {name} in its tier, and in the rooms contract\n"
        "and say in __init__.py what it owns."
    )
    return 0
