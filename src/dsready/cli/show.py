"""`dsready show`: one record, and all that is known of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from dsready.cli import complete, options
from dsready.cli.outputs import as_json
from dsready.cli.settings import configured, effective, only, said
from dsready.cli.terminal import Progress, cores, emit, look

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dsready.accepting import Acceptance
    from dsready.config import Config
    from dsready.inspection import Inspection

FORMATS = ("text", "json")
#: So many other records are compared with the one that is shown, of each kind.
COMPARED = 20


@click.command("show", short_help="Show a record, and all that is known of it.")
@click.argument("place", metavar="[FILE:LINE]", required=False, shell_complete=complete.files)
@click.argument("paths", nargs=-1, shell_complete=complete.files)
@click.option("--cluster", metavar="ID", help="Show the duplicates whose first record's hash begins so instead.")
@click.option("--full", is_flag=True, help="Show texts, lists and differences whole, however long.")
@options.evals
@options.shape
@options.tokenizer
@configured
@options.data_set
@options.scanning
@click.option("--output-format", type=click.Choice(FORMATS), default="text", help="[default: text]")
@options.color
@options.plain
def command(place: str | None, paths: tuple[str, ...], configs: tuple[str, ...], isolated: bool, **given: Any) -> None:
    """
    Show the record at FILE:LINE, as lint prints places, or at FILE:LINE:COLUMN where records share a line.

    Its turns with their tokens, its findings, its duplicates with what differs, and what leaks from it or to it. The
    data set that FILE belongs to is linted for that: PATHS, else that of the configuration, else FILE alone. A finding
    about many records names the first, and a leak the three most similar: of it, others are told nothing.

    With --cluster ID all arguments are PATHS, and the first record of the cluster is shown with all its duplicates. The
    ID is that which FILE:LINE of a duplicate names; six characters will do.

    Secrets and personal data are masked. The exit code is 0 whatever is found, and 2 if the job could not be done.
    """
    found = _inspection(place, paths, (configs, isolated), given)
    if given["output_format"] == "json":
        emit(as_json(found.to_dict()))
        return
    from dsready.output.inspection import render  # noqa: PLC0415  (--help needs none)

    seen = look(color=given["color"], plain=given["plain"])
    emit(render(found, seen, full=given["full"]), color=seen.color)


def _inspection(
    place: str | None, paths: tuple[str, ...], where: tuple[tuple[str, ...], bool], given: Mapping[str, Any]
) -> Inspection:
    from dsready.inspection import inspect, inspect_cluster  # noqa: PLC0415  (--help needs none)
    from dsready.inspection.place import parse_place  # noqa: PLC0415  (the same)
    from dsready.sets import data_sets, holding  # noqa: PLC0415  (the same)

    keys = {"evals": "eval", "format_": "format", "tokenizer": "tokenizer"}
    overrides = said({key: given[option] for option, key in keys.items()})
    names = [given["data_set"]] if given["data_set"] else []
    if given["cluster"] is not None:
        paths = (place, *paths) if place else paths
        settled, path = effective(paths, *where, {})
        sets = data_sets(settled, said({**overrides, "paths": paths}), names)
        config = only(sets, "dsready show --cluster ID train.jsonl")
        with Progress(wanted=not given["no_progress"]) as progress:
            return inspect_cluster(given["cluster"], config, **_run(config, path, progress, given))
    if place is None:
        raise click.UsageError("name a record, FILE:LINE, or a cluster of duplicates, --cluster ID")
    record = parse_place(place)
    settled, path = effective(paths or (record.path,), *where, {})
    config = holding(settled, record.path, said({**overrides, "paths": paths}), names)
    with Progress(wanted=not given["no_progress"]) as progress:
        return inspect(record, config, **_run(config, path, progress, given))


def _run(config: Config, path: Path | None, progress: Progress, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the data set is linted: with all that accepts findings, which is left as it is."""
    from dsready.accepting import Acceptance  # noqa: PLC0415  (--help needs none)
    from dsready.configfile import absolute, from_here  # noqa: PLC0415  (the same)

    home = from_here(absolute(path).parent) if path else ""
    acceptance: Acceptance = Acceptance(config, complete=False, home=home)
    return {
        "jobs": given["jobs"] or cores(),
        "progress": progress,
        "cache": options.keeps(given),
        "acceptance": acceptance,
        "compared": sys.maxsize if given["full"] else COMPARED,
    }
