"""The command line of the oracles."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from oracles import mine
from oracles.agree import agree
from oracles.client import Client
from oracles.install import build
from oracles.registry import ORACLES, environments, named
from oracles.report import exceptions, grouped, table, write
from oracles.shapes import shape_of_file

if TYPE_CHECKING:
    from argparse import Namespace

_ABOUT = """
The real validators of fine-tuning targets, and what they think of a file.

  install  build their virtual environments (in .oracles, or where DSREADY_ORACLES says)
  list     show which there are, and whether they are installed
  ask      print what one says of files
  compare  ask them all, and say where dsready differs
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
    compare = commands.add_parser("compare", help="say where dsready differs")
    compare.add_argument("names", nargs="*", metavar="NAME", help="of oracles or targets; default: all installed ones")
    compare.add_argument("--data", action="append", default=[], type=Path, metavar="FOLDER", help="files; repeatable")
    compare.add_argument("--size", type=float, default=2.0, metavar="MB", help="no larger files (default: %(default)s)")
    compare.add_argument(
        "--made", type=int, default=2, metavar="N", help="good records of a shape (default: %(default)s)"
    )
    compare.add_argument("--rows", type=int, default=20, metavar="N", help="lines of a file (default: %(default)s)")
    compare.add_argument(
        "--show", type=int, default=5, metavar="N", help="kinds of disagreement (default: %(default)s)"
    )
    compare.add_argument("--write", action="store_true", help="write the table into tests/oracles/README.md")
    compare.set_defaults(run=_compare)
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


def _compare(options: Namespace) -> None:
    wanted = [oracle for name in options.names for oracle in named(name)] if options.names else ORACLES
    paths = [
        path
        for folder in options.data
        for path in sorted(folder.rglob("*.jsonl"))
        if path.stat().st_size <= options.size * 1e6
    ]
    tallies = []
    for oracle in wanted:
        if not oracle.environment.installed:
            print(f"{oracle.name}: not installed (python tests/oracles install {oracle.environment.name})")
        elif oracle.target not in mine.known():
            print(f"{oracle.name}: dsready knows no target {oracle.target}")
        else:
            tally = agree(oracle, mine.target(oracle.target), mine.lint, paths, count=options.made, most=options.rows)
            tallies.append(tally)
            print(f"{oracle.name}: {len(tally.disagreements)} disagreements", flush=True)
            for count, case in grouped(tally.disagreements)[: options.show]:
                print(f"  {count} x {case}")
    print(table(tallies))
    if options.write:
        write(f"{table(tallies)}\n\n### Documented exceptions\n\n{exceptions()}")
