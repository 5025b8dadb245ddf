"""Real servers and a real browser, as tests of pages and of JupyterLab use them."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--disable-quic",
]
SCREEN = {"width": 1366, "height": 768}
PATIENCE = 120  # seconds for a server; a page gets as many
CHROMIUM = "chromium", "chromium-browser", "google-chrome"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium. Skips the test where there is none, and fails it under CI."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        said = "Chromium is missing: `apt-get install chromium`, or your system's way"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


def shot(what: Page | Locator, name: str, folder: Path, **options: object) -> Path:
    """Keep a picture, in COURSE_SCREENSHOTS or in the test's own folder."""
    place = Path(os.environ.get("COURSE_SCREENSHOTS") or folder)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{name}.png"
    what.screenshot(path=path, **options)
    return path


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(command: list[str], folder: Path, log: Path) -> Iterator[tuple[str, str]]:
    """Run a Jupyter server there: its address without a path, and its token."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _address(process, log)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _address(process: subprocess.Popen, log: Path) -> tuple[str, str]:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        said = log.read_text("utf-8", errors="replace")
        if found := re.search(r"(http://localhost:\d+)\S*?\?token=(\w+)", said):
            return found[1], found[2]
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", errors="replace"))


def offline(page: Page, server: str) -> list[str]:
    """Refuse whatever the page asks of others than the server; what it asked for."""
    asked: list[str] = []

    def judge(route) -> None:
        url = route.request.url
        if url.startswith((server, "data:", "blob:")):
            route.continue_()
        else:
            asked.append(url)
            route.abort()

    page.route("**/*", judge)
    return asked
