"""Checks every template: it compiles, has no inline script or style, and is not over its length."""

import re
import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines

from scripts.steps import ROOT

LONGEST = 150
FORBIDDEN = {
    re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE
    ): "inline script",
    re.compile(r"<style\b", re.IGNORECASE): "inline style",
    re.compile(r"\sstyle=[\"']", re.IGNORECASE): "style attribute",
    re.compile(r"\son[a-z]+=[\"']", re.IGNORECASE): "event attribute",
}


def faults(file: Path, name: str) -> list[str]:
    text = file.read_text()
    found = []
    if text.count("\n") > LONGEST:
        found.append(f"{text.count(chr(10))} lines, at most {LONGEST}")
    for pattern, what in FORBIDDEN.items():
        for match in pattern.finditer(text):
            found.append(f"line {text.count(chr(10), 0, match.start()) + 1}: {what}")
    try:
        engines["django"].get_template(name)
    except TemplateSyntaxError as error:
        found.append(str(error))
    return found


def main() -> int:
    django.setup()
    failed = 0
    for folder in sorted((ROOT / "src" / "lagspill").glob("*/templates")):
        for file in sorted(folder.rglob("*.html")):
            for fault in faults(file, str(file.relative_to(folder))):
                print(f"{file.relative_to(ROOT)}: {fault}")
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
