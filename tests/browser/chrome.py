"""A Chromium that does as it is told and tells what it saw, through the driver that was built with it."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

#: Begins the reason why tests are skipped; `tests/conftest.py` repeats those where nobody overlooks them.
NOT_OPENED = "Tests of the report page in a browser were skipped; they need:"
#: Width and height of a window, in pixels: on a desk, on a telephone, and of what A4 leaves between margins of a
#: centimetre (718 of 794 pixels).
DESK, TELEPHONE, PAPER = (1200, 900), (360, 740), (718, 1047)
_BROWSERS = ("chromium", "google-chrome")
_DRIVER = "chromedriver"
_SWITCHES = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-sync",
    "--hide-scrollbars",  # they take no width then, as on telephones
)


class Seen(NamedTuple):
    """What a page did when it was opened: addresses asked for besides its own, words on the console, dialogs."""

    requests: list[str]
    console: list[str]
    dialogs: list[str]


def _browser() -> str | None:
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def missing() -> str:
    """Say what has to be installed before a page can be opened; "" if nothing."""
    here = {
        "apt-get install chromium": _browser(),
        "apt-get install chromium-driver": shutil.which(_DRIVER),
        "pip install -e '.[browser]'": importlib.util.find_spec("selenium") and importlib.util.find_spec("pypdf"),
    }
    return ", ".join(command for command, found in here.items() if not found)


class Chrome:
    """
    A browser with one page in it.

    Parameters
    ----------
    folder
        For its profile; an empty one.
    """

    def __init__(self, folder: Path) -> None:
        from selenium import webdriver  # noqa: PLC0415  (not everybody has it)
        from selenium.webdriver.chrome.service import Service  # noqa: PLC0415  (the same)

        options = webdriver.ChromeOptions()
        options.binary_location = _browser() or ""
        # As root Chromium starts without its sandbox or not at all; containers of CI services have no other user.
        for switch in (*_SWITCHES, f"--user-data-dir={folder}", *(["--no-sandbox"] if os.geteuid() == 0 else [])):
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        options.unhandled_prompt_behavior = "dismiss"  # the log keeps what a dialog said
        # With both paths given, Selenium looks for no browser and no driver, and so downloads none.
        self._driver = webdriver.Chrome(options=options, service=Service(shutil.which(_DRIVER)))

    def quit(self) -> None:
        self._driver.quit()

    def _ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Send a command of the Chrome DevTools Protocol."""
        return self._driver.execute_cdp_cmd(command, arguments)

    def _events(self) -> list[dict[str, Any]]:
        """Return the events since this was asked last."""
        return [json.loads(entry["message"])["message"] for entry in self._driver.get_log("performance")]

    def open(self, url: str, *, script: bool = True, dark: bool = False, size: tuple[int, int] = DESK) -> Seen:
        """Open a page, and say what it did; with `script` false, JavaScript is switched off."""
        self._ask("Emulation.setScriptExecutionDisabled", value=not script)
        self.look(dark=dark, size=size)
        self._driver.get("about:blank")
        self._events()
        self._driver.get_log("browser")
        self._driver.get(url)
        # What a page starts when it is loaded it has started when it is drawn; that works without scripts, too.
        self.picture(0, 1)
        events = self._events()
        # Of what is sent the first is the page itself; addresses that are their own content are no requests.
        sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        said = [event["params"]["message"] for event in events if event["method"] == "Page.javascriptDialogOpening"]
        console = [f"{entry['level']}: {entry['message']}" for entry in self._driver.get_log("browser")]
        return Seen([address for address in sent[1:] if not address.startswith("data:")], console, said)

    def look(self, *, dark: bool = False, paper: bool = False, size: tuple[int, int] = DESK) -> None:
        """Show the page in the dark, as on paper, or in a window of another size."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", media="print" if paper else "", features=[scheme])
        width, height = size
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run the body of a function in the page; this works in pages that may run no script of their own, too."""
        return self._driver.execute_script(script, *arguments)

    def run_async(self, script: str, *arguments: Any) -> Any:
        """Run the body of a function whose last argument is to be called with what it returns."""
        return self._driver.execute_async_script(script, *arguments)

    def unfold(self, *, opened: bool = True) -> None:
        """Open or close every `<details>`."""
        self.run("for (const one of document.querySelectorAll('details')) one.open = arguments[0]", opened)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is; names as `selenium.webdriver.Keys` has them."""
        from selenium.webdriver import ActionChains, Keys  # noqa: PLC0415  (not everybody has it)

        for key in keys:
            ActionChains(self._driver, duration=0).send_keys(getattr(Keys, key, key)).perform()

    def pdf(self) -> bytes:
        """Print the page on A4."""
        # 8.27 by 11.69 inches, and margins of a centimetre, as browsers have them.
        return base64.b64decode(self._ask("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])

    def height(self) -> int:
        """Return the height of the page, in pixels."""
        return int(self._ask("Page.getLayoutMetrics")["cssContentSize"]["height"])

    def picture(self, top: int, height: int) -> bytes:
        """Take a picture of the page as PNG: so many pixels of it, from so far down; one can be 16,000 high."""
        width = self._ask("Page.getLayoutMetrics")["cssLayoutViewport"]["clientWidth"]
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        taken = self._ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True, optimizeForSpeed=False)
        return base64.b64decode(taken["data"])
