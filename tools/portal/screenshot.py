"""Draws docs/portal.png: a house in which events flow, as a browser shows it: screenshot.py OUT.png."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests/process"))

import flowing  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

SECONDS = 45  # until the sparklines have something to show


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="freshet-") as folder, sync_playwright() as playwright:
        project = flowing.Project(folder)
        project.fill()
        house = project.start()
        try:
            flowing.until_topic(house, "flights")
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
            page.goto(f"http://{house.doors['http']}/")
            with flowing.flying(house, per_second=400, ask=True):
                page.wait_for_timeout(SECONDS * 1000)
                page.screenshot(path=sys.argv[1])
            browser.close()
        finally:
            house.stop()


if __name__ == "__main__":
    main()
