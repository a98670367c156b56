"""Take pictures of a job's page in a running lab: wide, dark, and narrow.

Writes ``job.png``, ``job-dark.png`` and ``job-narrow.png``, with the end of the job's log, or with
the line that ``--line`` names in the middle. The job must be public.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHAPES = {
    "job": ("light", 1280, 800),
    "job-dark": ("dark", 1280, 800),
    "job-narrow": ("light", 390, 844),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="address of the lab, such as http://127.0.0.1:8000")
    parser.add_argument("job", type=int, help="the job's number")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="where to put them")
    parser.add_argument("--line", type=int, help="which line of the log is shown")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        address = f"{arguments.url.rstrip('/')}/scheduler/job/{arguments.job}"
        for name in SHAPES:
            path = arguments.out / f"{name}.png"
            _take(browser, address, arguments.line, name, path)
            print(path)
        browser.close()


def _take(browser: Browser, address: str, line: int | None, name: str, path: Path) -> None:
    scheme, width, height = SHAPES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    answer = page.goto(address if line is None else f"{address}#L{line}")
    if answer is None or not answer.ok:
        raise SystemExit(f"{address}: {answer.status if answer else 'no answer'}")
    page.locator(".line").first.wait_for()
    if line is None:
        page.get_by_role("button", name="End", exact=True).click()
    page.wait_for_timeout(500)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main()
