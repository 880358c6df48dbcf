"""A real browser for tests: Debian's Chromium, which asks for nothing outside this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "build" / "screens"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LOCAL = re.compile(r"(https?://127\.0\.0\.1:\d+/|data:|about:|blob:)")
GRAVE = {"serious", "critical"}
CODE = "from entrepot.bootstrap import main; main()"


@dataclass(slots=True)
class Looked:
    """What a journey saw: faults of access, requests outside, errors of scripts, pages."""

    faults: list[str] = field(default_factory=list[str])
    outside: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])
    pages: int = 0


@contextmanager
def served(home: Path) -> Generator[dict[str, str]]:
    """Serve a home in a process of its own; yield what it printed when it was ready."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    line = [sys.executable, "-c", CODE, "--home", str(home), "serve", "--port", "0", "--json"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=env) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def browser() -> Generator[Browser]:
    """Start the browser."""
    with sync_playwright() as playing:
        found = playing.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield found
        finally:
            found.close()


def reader(found: Browser, looked: Looked, **wishes: Any) -> tuple[BrowserContext, Page]:
    """Return a fresh reader whose requests and script errors are watched."""
    context = found.new_context(viewport={"width": 1280, "height": 900}, **wishes)
    page = context.new_page()

    def request(asked: Any) -> None:
        if not LOCAL.match(asked.url):
            looked.outside.append(asked.url)

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            looked.errors.append(f"{page.url}: {message.text}")

    page.on("request", request)
    page.on("console", console)
    page.on("pageerror", lambda error: looked.errors.append(f"{page.url}: {error}"))
    return context, page


def look(page: Page, looked: Looked, name: str) -> None:
    """Keep a picture of a page and note its faults of access, light and dark."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    looked.pages += 1
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=cast("Any", scheme))
        page.screenshot(path=SCREENS / f"{name}-{scheme}.png", full_page=True)
        looked.faults += [f"{name} ({scheme}): {fault}" for fault in faults(page)]
    page.emulate_media(color_scheme="light")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        looked.faults.append(f"{name}: {wide} px wider than the window")


def faults(page: Page) -> list[str]:
    """Return the serious and critical faults that axe-core finds on a page."""
    answer = cast("dict[str, Any]", Axe().run(page).response)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})"
        for one in answer["violations"]
        if one["impact"] in GRAVE
    ]
