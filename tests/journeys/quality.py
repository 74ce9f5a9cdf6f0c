"""The quality of a page as a reader meets it: axe for what it knows, own checks for what it does not see.

`assert_accessible(page)` is called once for each page a journey comes to, and again with a dialog open or after a swap.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary, WeakSet

from playwright.sync_api import ConsoleMessage, Page, Request, Response

STATIC = Path(__file__).resolve().parents[2] / "src" / "lagspill" / "ui" / "static"
WIDTHS = (320, 390, 700, 1280)
LONGEST_WALK = 400
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_RUN = """
async (only) => {
  const late = new Promise((_, no) => setTimeout(() => no(new Error("axe took more than a minute")), 60000));
  const result = await Promise.race([axe.run(document, { runOnly: only }), late]);
  return result.violations.flatMap((rule) => rule.nodes.map((node) => `axe ${rule.id}: ${node.target.join(" ")} (${rule.help})`));
}
"""

_noticed: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()
_without_javascript: WeakSet[Page] = WeakSet()


def watch(page: Page, *, javascript: bool = True) -> None:
    """Begin to note what goes wrong behind the page: script errors, breaches of the security policy, missing files."""
    noticed: list[str] = []
    _noticed[page] = noticed
    if not javascript:
        _without_javascript.add(page)

    def on_console(message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 on purpose says so here too; files are judged in on_response.
        if message.type == "error" and "Failed to load resource" not in message.text:
            noticed.append(f"console: {message.text}")

    def on_response(response: Response) -> None:
        is_page = response.request.resource_type in ("document", "fetch", "xhr")
        if response.status >= (500 if is_page else 400):
            noticed.append(f"{response.status} from {response.url}")

    def on_failure(request: Request) -> None:
        if request.resource_type not in ("document", "fetch", "xhr"):
            noticed.append(f"not loaded: {request.url} ({request.failure})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: noticed.append(f"script: {error}"))
    page.on("response", on_response)
    page.on("requestfailed", on_failure)


def forget(page: Page) -> None:
    """Begin anew to note what goes wrong: the page goes on to another address."""
    _noticed[page].clear()


def assert_accessible(page: Page, *, widths: tuple[int, ...] = WIDTHS) -> None:
    """Fail with every fault of the page as it stands; leaves size and focus as they were at the start of a page."""
    found = faults(page, widths=widths)
    listed = "\n".join(f"  {fault}" for fault in found)
    assert not found, f"{page.url} has {len(found)} faults:\n{listed}"


def assert_readable_in_dark(page: Page) -> None:
    """Fail where the page in dark colours has too little contrast; the page is light again afterwards."""
    page.emulate_media(color_scheme="dark")
    found = _axe(page, rules=["color-contrast"])
    page.emulate_media(color_scheme="light")
    listed = "\n".join(f"  {fault}" for fault in found)
    assert not found, f"{page.url} in dark colours has {len(found)} faults:\n{listed}"


def faults(page: Page, *, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """Every fault of the page, in words. Without JavaScript axe cannot wait for itself; the own checks can do without."""
    page.evaluate(_script("own"))
    found = list(_noticed.get(page, []))
    if page not in _without_javascript:
        found += _axe(page, tags=AXE_TAGS)
    found += _as_it_stands(page)
    found += _walk(page)
    found += _at_widths(page, widths)
    return found


def faults_at_a_glance(page: Page) -> list[str]:
    """What is seen without moving in the page: the cheap own checks, at the width it has."""
    page.evaluate(_script("own"))
    return [
        *_noticed.get(page, []),
        *_as_it_stands(page),
        *page.evaluate("lsQuality.overflow()"),
    ]


def faults_in_forced_colours(page: Page) -> list[str]:
    """Every fault of the page in the colours of the reader's own system; contrast is then the system's."""
    page.emulate_media(forced_colors="active")
    page.evaluate(_script("own"))
    found = [*_as_it_stands(page), *_walk(page)]
    page.emulate_media(forced_colors="none")
    return found


def _as_it_stands(page: Page) -> list[str]:
    found: list[str] = []
    for check in ("words", "targets", "order", "cutOff"):
        found += page.evaluate(f"lsQuality.{check}()")
    return found


def _axe(page: Page, *, tags: list[str] | None = None, rules: list[str] | None = None) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script("axe"))
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags}
    found: list[str] = page.evaluate(AXE_RUN, only)
    return found


def _at_widths(page: Page, widths: tuple[int, ...]) -> list[str]:
    """Nothing runs out of the window at any width, plain or with the text spacing a reader may choose."""
    size = page.viewport_size
    assert size is not None
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": size["height"]})
        for spaced in (False, True):
            page.evaluate("(on) => lsQuality.space(on)", spaced)
            where = f"at {width} px{' with text spacing' if spaced else ''}"
            found += [f"{where}: {fault}" for fault in page.evaluate("lsQuality.overflow()")]
        found += [f"{where}: {fault}" for fault in page.evaluate("lsQuality.cutOff()")]
        page.evaluate("lsQuality.space(false)")
        found += [f"at {width} px: {fault}" for fault in page.evaluate("lsQuality.order()")]
    page.set_viewport_size(size)
    return found


def _walk(page: Page) -> list[str]:
    """Tab through the page: each stop in view, outlined, in the order of the document, and no trap."""
    page.evaluate("lsQuality.start()")
    found: list[str] = []
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        step = page.evaluate("lsQuality.step()")
        if step is None:
            break
        found += step["faults"]
    else:
        found.append(f"the walk by Tab did not end after {LONGEST_WALK} stops")
    page.evaluate("lsQuality.start()")
    return found


@lru_cache
def _script(which: str) -> str:
    """As an expression: a script tag would be stopped by the content security policy."""
    path = {
        "axe": STATIC / "vendor" / "axe.min.js",
        "own": Path(__file__).with_name("quality.js"),
    }[which]
    return path.read_text(encoding="utf-8")
