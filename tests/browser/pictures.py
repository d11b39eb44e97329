"""
Pictures of a report page, to look at: on a desk, in the dark, on a telephone, and on paper.

`python -m tests.browser.pictures report.html FOLDER` writes them there as `report-light.png` and so on, and what a
printer would print as `report.pdf`. Pictures in a README end somewhere: `--height` says after how many pixels.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.browser.chrome import DESK, PAPER, TALLEST, TELEPHONE, Chrome, missing

#: What each picture is of, as `Chrome.look` has it.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"size": DESK},
    "dark": {"size": DESK, "dark": True},
    "narrow": {"size": TELEPHONE},
    "paper": {"size": PAPER, "paper": True},
}


def main() -> None:
    """Write the pictures that are asked for."""
    parser = ArgumentParser(
        "python -m tests.browser.pictures", description=(__doc__ or "").strip().partition("\n\n")[0]
    )
    parser.add_argument("pages", type=Path, nargs="+", metavar="PAGE", help="a file that dsready wrote as html")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", choices=LOOKS, action="append", help="this alone; repeatable")
    parser.add_argument("--width", type=int, help="pixels; by default what suits each")
    parser.add_argument("--height", type=int, default=TALLEST, help="pixels; by default down to the bottom")
    parser.add_argument("--unfold", action="store_true", help="open all that can be opened")
    options = parser.parse_args()
    if command := missing():
        sys.exit(f"there is no browser: {command}")
    options.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chrome = Chrome(Path(profile))
        try:
            for page in options.pages:
                _show(chrome, page, options)
        finally:
            chrome.quit()


def _show(chrome: Chrome, page: Path, options: Namespace) -> None:
    """Write the pictures of one page, and say what they are."""
    chrome.open(page.resolve().as_uri())
    if options.unfold:
        chrome.unfold()
    for name in options.only or LOOKS:
        look = LOOKS[name]
        chrome.look(**look | {"size": (options.width or look["size"][0], look["size"][1])})
        _write(options.folder / f"{page.stem}-{name}.png", chrome.picture(options.height))
        if name == "paper":
            _write(options.folder / f"{page.stem}.pdf", chrome.pdf())


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    print(f"{path}: {len(content) / 1000:.0f} kB")  # noqa: T201  (who asks for pictures wants to know where they are)


if __name__ == "__main__":
    main()
