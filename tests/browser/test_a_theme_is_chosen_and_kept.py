"""Light and dark: as the system says, or as the reader chose."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def ground(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_the_systems_theme_counts_until_one_is_chosen(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/")
    light = ground(page)
    page.emulate_media(color_scheme="dark")
    dark = ground(page)
    assert light != dark

    button = page.locator("#theme")
    expect(button).to_have_text("◐ Auto")
    button.click()
    expect(button).to_have_text("☀ Light")
    assert ground(page) == light
    page.reload()
    assert ground(page) == light

    button.click()
    expect(button).to_have_text("☾ Dark")
    page.emulate_media(color_scheme="light")
    page.goto("/scheduler/alljobs")
    assert ground(page) == dark

    button.click()
    expect(button).to_have_text("◐ Auto")
    page.reload()
    assert ground(page) == light
