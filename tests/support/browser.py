"""Real servers and a real browser, as tests of pages and of JupyterLab use them."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--disable-quic",
]
SCREEN = {"width": 1366, "height": 768}
PATIENCE = 60  # seconds for a server; a page gets as many
CHROMIUM = "chromium", "chromium-browser", "google-chrome"
# Where Jupyter and IPython keep what is one user's: settings, layouts, sockets.
OWN = (
    *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"),
    *("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"),
)

INDICATOR = ".jp-Notebook-ExecutionIndicator"
# Cells in front of the kernel have a star; those that have run, a number.
QUIET = """() => {
    const panel = ".jp-NotebookPanel:not(.lm-mod-hidden)";
    const of = selector => document.querySelector(`${panel} ${selector}`);
    const all = [...document.querySelectorAll(`${panel} .jp-InputPrompt`)];
    return of(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        && all.some(prompt => /\\d/.test(prompt.textContent))
        && !all.some(prompt => prompt.textContent.includes("*"));
}"""

# Two frames: one in which the cell is told to be drawn, one to draw it.
DRAWN = """async cell => {
    cell.scrollIntoView();
    for (let k = 0; k < 2; k++) await new Promise(requestAnimationFrame);
    return (%s)(cell);
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium. Skips the test where there is none, and fails it under CI."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        said = "Chromium is missing: `apt-get install chromium`, or your system's way"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        expect.set_options(timeout=PATIENCE * 1000)
        yield browser
        browser.close()


def shot(what: Page | Locator, name: str, folder: Path, **options: object) -> Path:
    """Keep a picture, in COURSE_SCREENSHOTS or in the test's own folder."""
    place = Path(os.environ.get("COURSE_SCREENSHOTS") or folder)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{name}.png"
    what.screenshot(path=path, **options)
    return path


@contextmanager
def serving(command: list[str], folder: Path, own: Path) -> Iterator[tuple[str, str]]:
    """Run a Jupyter server in `folder`: its address without a path, and its token.

    Its log, and the settings of a user who opens JupyterLab for the first time, lie
    in `own`.
    """
    own.mkdir(parents=True, exist_ok=True)
    log = own / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {name: str(own / name.lower()) for name in OWN},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        server, token = _address(process, log)
        yield server, token
        with suppress(OSError):  # it may close the door before it has answered
            urllib.request.urlopen(f"{server}/api/shutdown?token={token}", b"").close()
        process.wait(20)  # its kernels end with it
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(process: subprocess.Popen, log: Path) -> tuple[str, str]:
    """What the server says once it listens."""
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
        if url.startswith((f"{server}/", "data:", "blob:")):
            route.continue_()
        else:
            asked.append(url)
            route.abort()

    page.route("**/*", judge)
    return asked


class Notebook:
    """A notebook in JupyterLab, as its reader works with it."""

    def __init__(self, page: Page, server: str, file: Path, root: Path) -> None:
        self.page = page
        self.file = file
        self.panel = page.locator(".jp-NotebookPanel:visible")
        held = json.loads(file.read_text(encoding="utf-8"))
        self._places = {cell["id"]: k for k, cell in enumerate(held["cells"])}
        address = f"{server}/lab/tree/{file.relative_to(root).as_posix()}?reset"
        page.goto(address, wait_until="domcontentloaded")
        self._all.nth(len(self._places) - 1).wait_for(state="attached")
        self.panel.locator(f"{INDICATOR}[data-status=idle]").wait_for(state="attached")

    @property
    def _all(self) -> Locator:
        return self.panel.locator(".jp-Notebook .jp-Cell")

    def cell(self, name: str) -> Locator:
        """The cell with this id, where the reader looks: far off, none is drawn."""
        cell = self._all.nth(self._places[name])
        cell.scroll_into_view_if_needed()
        return cell

    def look(self, name: str, script: str) -> object:
        """What the script finds in this cell, once it is drawn."""
        return self._all.nth(self._places[name]).evaluate(DRAWN % script)

    def write(self, name: str, source: str) -> None:
        """Type this into the cell, in place of what stands there."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        for k, line in enumerate(source.splitlines()):
            self.page.keyboard.press("Enter" if k else "Delete")
            self.page.keyboard.press("Home")  # of an indent that JupyterLab has made
            self.page.keyboard.press("Shift+End")
            self.page.keyboard.type(line or " ")

    def run(self, *names: str) -> None:
        """Run these cells, one after another."""
        for name in names:
            cell = self.cell(name)
            prompt = cell.locator(".jp-InputPrompt")
            before = prompt.inner_text()
            cell.locator(".cm-content").click()
            self.page.keyboard.press("Shift+Enter")
            expect(prompt).not_to_have_text(before)
            expect(prompt).to_have_text(re.compile(r"\d"))

    def run_all(self) -> None:
        """Run > Run All Cells, until nothing runs any more."""
        menu(self.page, "Run", "Run All Cells")
        self.page.wait_for_function(QUIET)

    def save(self) -> dict[str, dict]:
        """Save; the cells of the file by their ids."""
        self.page.keyboard.press("ControlOrMeta+s")
        dirty = self.page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")
        dirty.wait_for(state="detached")
        held = json.loads(self.file.read_text(encoding="utf-8"))
        return {cell["id"]: cell for cell in held["cells"]}


def menu(page: Page, *entries: str) -> None:
    """Choose from JupyterLab's menus: the menu, a menu in it, and what to do."""
    page.locator(".lm-MenuBar-item", has_text=exactly(entries[0])).click()
    for entry in entries[1:]:
        page.locator(".lm-Menu-itemLabel", has_text=exactly(entry)).last.click()


def exactly(text: str) -> re.Pattern:
    return re.compile(f"^{re.escape(text)}$")
