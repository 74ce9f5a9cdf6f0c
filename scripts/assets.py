"""Static files that come from npm: theme, component styles, font, icons, and their licence texts.

Nothing of it is committed: package-lock.json pins it by hash. Copies a fixed list; what is not in
the list is not served.
"""

import json
import re
import shutil
from pathlib import Path

from scripts import nodejs
from scripts.steps import ROOT, StepFailed, fingerprint, is_stamped, run_quietly, step

UI = ROOT / "src" / "lagspill" / "ui"
VENDOR, ICONS, NOTICES = UI / "static" / "vendor", UI / "icons", UI / "notices"
NODE_MODULES = ROOT / "node_modules"
ICON_SOURCE = NODE_MODULES / "@navikt" / "aksel-icons" / "dist" / "svg"
FILES = {
    "@digdir/designsystemet-css/dist/src/index.css": "ds.css",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
    "axe-core/axe.min.js": "axe.min.js",  # for the tests; no page loads it
}
# What reaches a reader's browser, and so must be named with its licence.
SERVED = ("@digdir/designsystemet-css", "@fontsource-variable/inter", "@navikt/aksel-icons")
# Django's hashed storage follows this line and stops on a map that is not there.
SOURCE_MAP = re.compile(rb"^\s*(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)


def build() -> None:
    """Make the static files, unless they are there and made from the same input."""
    inputs = [
        ROOT / "package-lock.json",
        ROOT / "designsystemet.config.json",
        UI / "icons.txt",
        Path(__file__),
    ]
    wanted, stamp = fingerprint(*inputs), VENDOR / ".stamp"
    if is_stamped(stamp, wanted) and all(
        (ICONS / f"{name}.svg").exists() for name in _icon_names()
    ):
        return
    stamp.unlink(missing_ok=True)
    _install()
    with step("Building theme, styles, font and icons"):
        _build_theme()
        _copy_files()
        _copy_icons()
        _collect_notices()
    stamp.write_text(wanted)


def _install() -> None:
    wanted, stamp = fingerprint(ROOT / "package-lock.json"), NODE_MODULES / ".lagspill-stamp"
    if is_stamped(stamp, wanted):
        return
    if not nodejs.on_path():
        with step("Installing Node as a Python package (no npm on this machine)"):
            nodejs.install_packaged()
    with step("Fetching styles, font and icons from npm"):
        run_quietly([*nodejs.npm(), *nodejs.CI], env=nodejs.environment())
    stamp.write_text(wanted)


def _build_theme() -> None:
    command = NODE_MODULES / "@digdir" / "designsystemet" / "dist" / "bin" / "designsystemet.js"
    output = ROOT / "design-tokens" / "css"
    env = nodejs.environment()
    run_quietly([nodejs.node(), command, "tokens", "create"], env=env)
    run_quietly(
        [nodejs.node(), command, "tokens", "build", "-t", "design-tokens", "-o", output], env=env
    )
    VENDOR.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(output / "lagspill.css", VENDOR / "theme.css")


def _copy_files() -> None:
    for source, target in FILES.items():
        content = (NODE_MODULES / source).read_bytes()
        if target.endswith((".css", ".js")):
            content = SOURCE_MAP.sub(b"", content)
        (VENDOR / target).write_bytes(content)


def _icon_names() -> list[str]:
    if not (UI / "icons.txt").exists():
        return []
    lines = (UI / "icons.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _copy_icons() -> None:
    names = _icon_names()
    unknown = [name for name in names if not (ICON_SOURCE / f"{name}.svg").exists()]
    if unknown:
        raise StepFailed(f"icons.txt names icons that do not exist: {', '.join(unknown)}")
    ICONS.mkdir(exist_ok=True)
    for name in names:
        shutil.copyfile(ICON_SOURCE / f"{name}.svg", ICONS / f"{name}.svg")
    for file in ICONS.glob("*.svg"):
        if file.stem not in names:
            file.unlink()


def _collect_notices() -> None:
    """ui/notices/npm.json: name, version, licence and its text, for the notices page."""
    notices = []
    for name in SERVED:
        package = NODE_MODULES / name
        about = json.loads((package / "package.json").read_text())
        texts = [
            path for path in sorted(package.iterdir()) if path.name.upper().startswith("LICEN")
        ]
        text = (
            texts[0]
            if texts
            else ROOT / "scripts" / "licences" / f"{name[1:].replace('/', '-')}.txt"
        )
        if not text.exists():
            raise StepFailed(f"{name} brings no licence text; add {text.relative_to(ROOT)}.")
        notices.append(
            {
                "name": name,
                "version": about["version"],
                "licence": about["license"],
                "text": text.read_text(),
            }
        )
    NOTICES.mkdir(exist_ok=True)
    (NOTICES / "npm.json").write_text(json.dumps(notices, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    build()
