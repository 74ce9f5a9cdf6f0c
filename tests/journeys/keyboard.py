"""A person with a keyboard alone: reaches things by Tab, as far as it takes, and presses Enter or Space."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 250


def reach(page: Page, target: Locator) -> None:
    """Tab until `target` has focus; fails when a whole round does not come to it."""
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {target}")


def press(page: Page, target: Locator) -> None:
    """Reach a link or a button and press Enter; waits for what follows."""
    reach(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, target: Locator, text: str) -> None:
    """Reach a field and type."""
    reach(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def choose(page: Page, target: Locator) -> None:
    """Choose a radio button or a checkbox: within a group of radios Tab comes to one, and the arrows move on."""
    if target.get_attribute("type") == "radio":
        _choose_radio(page, target)
    else:
        reach(page, target)
        page.keyboard.press("Space")
    expect(target).to_be_checked()


def _choose_radio(page: Page, target: Locator) -> None:
    name = target.get_attribute("name") or ""
    form = target.locator("xpath=ancestor::form[1]")
    group = form.locator(f'input[type="radio"][name="{name}"]')
    entry = group.and_(page.locator(":checked"))
    reach(page, entry.first if entry.count() else group.first)
    page.keyboard.press("Space")
    for _ in range(group.count()):
        if target.is_checked():
            return
        page.keyboard.press("ArrowDown")


def pick(page: Page, target: Locator, label: str) -> None:
    """Choose in a list by typing the beginning of the words."""
    reach(page, target)
    page.keyboard.type(label)
    expect(target.locator("option:checked")).to_have_text(label)
