from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import dsready
from tests.browser.chrome import NOT_OPENED, Chrome, missing
from tests.browser.pages import MADE
from tests.browser.served import Server

if TYPE_CHECKING:
    from dsready.model import Report


def wanted(command: str) -> None:
    """Skip the test for want of something; where all of it is there (`.ci/run` knows), that is a failure."""
    instead = pytest.fail if os.environ.get("DSREADY_BROWSER") == "required" else pytest.skip
    instead(f"{NOT_OPENED} {command}")


@pytest.fixture(scope="session")
def chrome(tmp_path_factory):
    if command := missing():
        wanted(command)
    browser = Chrome(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def axe():
    """The source of axe-core, which knows the rules of WCAG."""
    path = Path(os.environ.get("DSREADY_AXE", ""))
    if not path.is_file():
        wanted("npm install axe-core, and DSREADY_AXE=node_modules/axe-core/axe.min.js")
    return path.read_text(encoding="utf-8")


class Page(NamedTuple):
    path: Path
    reports: list[Report]

    @property
    def url(self) -> str:
        return self.path.as_uri()


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """Return a page by its name; each is made once."""
    made: dict[str, Page] = {}

    def page(name: str) -> Page:
        if name not in made:
            path = tmp_path_factory.mktemp(name) / "report.html"
            made[name] = Page(path, MADE[name](tmp_path_factory.mktemp("data")))
            dsready.write(made[name].reports, "html", path)
        return made[name]

    return page


@pytest.fixture(params=MADE)
def page(request, pages, chrome):  # noqa: ARG001  (without a browser no page is made)
    return pages(request.param)


@pytest.fixture(scope="session")
def server():
    server = Server()
    yield server
    server.stop()
