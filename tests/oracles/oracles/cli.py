"""The command line of the oracles."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from oracles.client import Client
from oracles.install import build
from oracles.registry import ORACLES, environments, named
from oracles.shapes import shape_of_file

if TYPE_CHECKING:
    from argparse import Namespace

_ABOUT = """
The real validators of fine-tuning targets, and what they think of a file.

  install  build their virtual environments (in .oracles, or where DSREADY_ORACLES says)
  list     show which there are, and whether they are installed
  ask      print what one says of files
"""


def main() -> None:
    """Do what is asked for."""
    parser = ArgumentParser("python tests/oracles", description=_ABOUT, formatter_class=RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    install = commands.add_parser("install", help="build their environments")
    install.add_argument("names", nargs="*", metavar="NAME", help="of oracles, targets or environments; default: all")
    install.set_defaults(run=_install)
    commands.add_parser("list", help="show which there are").set_defaults(run=_list)
    ask = commands.add_parser("ask", help="print what one says of files")
    ask.add_argument("name", metavar="NAME", help="of an oracle, or of a target: all its oracles")
    ask.add_argument("files", nargs="+", type=Path, metavar="FILE")
    ask.add_argument("--part", help="what it is to take the file as; default: by the shape of the first record")
    ask.set_defaults(run=_ask)
    options = parser.parse_args()
    options.run(options)


def _install(options: Namespace) -> None:
    chosen = environments(options.names)
    if not chosen:
        sys.exit(f"no oracle is called {' or '.join(options.names)}")
    for environment in chosen:
        print(build(environment), flush=True)


def _list(_: Namespace) -> None:
    for oracle in ORACLES:
        state = "installed" if oracle.environment.installed else "-"
        print(f"{oracle.name:24} {oracle.target:24} {oracle.environment.name:16} {state}")


def _ask(options: Namespace) -> None:
    chosen = named(options.name)
    if not chosen:
        sys.exit(f"no oracle is called {options.name}")
    for oracle in chosen:
        if not oracle.environment.installed:
            print(f"{oracle.name}: not installed (python tests/oracles install {oracle.environment.name})")
            continue
        with Client(oracle.command) as client:
            for path in options.files:
                part = options.part or oracle.part(shape_of_file(path))
                answer = client.file(path.resolve(), part)
                print(json.dumps({"oracle": oracle.name, "file": str(path), "part": part} | asdict(answer)))
