"""
Pictures of a report page, to look at: on a desk, in the dark, on a telephone, and on paper.

`python -m tests.browser.pictures report.html FOLDER` writes them there, in pieces that can be looked at, as
`report-light-1.png` and so on, and what a printer would print as `report.pdf`. Those of the README are first pieces:

    dsready lint fixtures/demo/train.jsonl --eval fixtures/demo/eval.jsonl --exit-zero --output html=report.html
    python -m tests.browser.pictures report.html docs --first --only light --only dark --width 1000 --height 1200
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.browser.chrome import DESK, PAPER, TELEPHONE, Chrome, missing

#: What each picture is of, as `Chrome.look` has it.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"size": DESK},
    "dark": {"size": DESK, "dark": True},
    "narrow": {"size": TELEPHONE},
    "paper": {"size": PAPER, "paper": True},
}


def main() -> None:
    """Write the pictures that are asked for."""
    parser = ArgumentParser("python -m tests.browser.pictures", description=__doc__.strip().partition("\n")[0])
    parser.add_argument("pages", type=Path, nargs="+", metavar="PAGE", help="a file that dsready wrote as html")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", choices=LOOKS, action="append", help="this alone; repeatable")
    parser.add_argument("--width", type=int, help="pixels; by default what suits each")
    parser.add_argument("--height", type=int, default=1600, help="pixels of a piece (default: %(default)s)")
    parser.add_argument("--first", action="store_true", help="the first piece of each alone, without a number")
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
        tops = range(0, 1 if options.first else chrome.height(), options.height)
        for number, top in enumerate(tops, 1):
            piece = chrome.picture(top, min(options.height, chrome.height() - top))
            _write(options.folder / f"{page.stem}-{name}{'' if options.first else f'-{number}'}.png", piece)
        if name == "paper":
            _write(options.folder / f"{page.stem}.pdf", chrome.pdf())


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    print(f"{path}: {len(content) / 1000:.0f} kB")  # noqa: T201  (who asks for pictures wants to know where they are)


if __name__ == "__main__":
    main()
