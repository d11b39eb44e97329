"""`dsready diff`: what changed between two versions of a data set."""

from __future__ import annotations

import contextlib
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import click

from dsready import cache
from dsready.cli import complete, options
from dsready.cli.outputs import as_json, deliver, spare, written
from dsready.cli.settings import configured, effective, only
from dsready.cli.terminal import AUTO, Progress, cores, look
from dsready.errors import ConfigError, InputError

if TYPE_CHECKING:
    from pathlib import Path

    from dsready.config import Config
    from dsready.diff import Difference
    from dsready.output import Look

#: Each format's module in `dsready.diff`; `json` needs none.
FORMATS = ("text", "json", "markdown")


@click.command("diff", short_help="Compare two versions of a data set.")
@click.argument("old", shell_complete=complete.files)
@click.argument("new", required=False, default="", shell_complete=complete.files)
@configured
@options.data_set
@click.option("--exit-code", is_flag=True, help="Exit with 1 if records were added, removed or changed.")
@click.option("--output-format", type=click.Choice(FORMATS), default="text", help="[default: text]")
@written(FORMATS)
@click.option(
    "--max-examples",
    type=click.IntRange(min=0),
    default=10,
    metavar="N",
    help="Records named of each kind; 0: all.  [default: 10]",
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default=AUTO, help="Colour the text.  [default: auto]"
)
@options.no_progress
@options.jobs
def command(
    old: str,
    new: str,
    configs: tuple[str, ...],
    isolated: bool,
    data_set: str | None,
    exit_code: bool,
    output_format: str,
    outputs: list[tuple[str, str]],
    max_examples: int,
    color: str,
    no_progress: bool,
    jobs: int | None,
) -> int:
    """
    Compare the data set OLD with NEW: records, score, lengths, languages, findings.

    Both are a file, a folder or a glob, also packed; - is standard input. They may be of the git repository too:
    REV:PATH as git writes it, or for OLD a revision alone, such as origin/main: then NEW is compared with what it was
    there, and may be gone since. A revision without NEW is compared with the paths of the configuration.

    Records are compared as JSON values: spacing and the order of keys are no change, and neither is another order of
    the records. The configuration near NEW holds for both; what it names for evaluation is left out.

    Exit codes: 0 done; 1 with --exit-code, if they differ; 2 the job could not be done.
    """
    from dsready.diff import diff  # noqa: PLC0415  (--help needs none)
    from dsready.diff.markdown import BLOCK  # noqa: PLC0415
    from dsready.diff.sides import is_revision, place  # noqa: PLC0415
    from dsready.sets import data_sets  # noqa: PLC0415

    if not new and not is_revision(old):
        hint = f"dsready diff OLD {old}, or a revision alone, for the paths of the configuration"
        raise ConfigError(f"{old} is to be compared with nothing", hint)
    near = {"paths": (place(new),)} if new else {}
    settled, path = effective(near.get("paths", ()), configs, isolated, {})
    sets = data_sets(settled, near, [data_set] if data_set else [])
    config = only(sets, f"dsready diff {old} train.jsonl")
    spare(_read(old, new, config, path), outputs)
    with Progress(wanted=not no_progress) as progress:
        found = diff(old, new, config, jobs=jobs or cores(), cache=cache.folder() is not None, progress=progress)
    seen = look(color=color, max_examples=max_examples)
    deliver(partial(_rendered, found), outputs, BLOCK, (output_format, seen))
    return int(exit_code and found.differs)


def _read(old: str, new: str, config: Config, path: Path | None) -> dict[str | int, str]:
    """Return what is read, and must not be written over."""
    from dsready.accepting import accepted_file  # noqa: PLC0415  (--help needs none)
    from dsready.config import BASELINE, IGNORES  # noqa: PLC0415  (the same)
    from dsready.configfile import absolute, from_here  # noqa: PLC0415  (the same)
    from dsready.dataset.paths import STDIN, expand  # noqa: PLC0415  (the same)
    from dsready.diff.sides import is_path, place  # noqa: PLC0415  (the same)

    home = from_here(absolute(path).parent) if path else ""
    named = {
        str(path or ""): "the configuration",
        config.tokenizer: "the tokenizer",
        accepted_file(config.lint.baseline, home, BASELINE): "the baseline",
        accepted_file(config.lint.ignore_file, home, IGNORES): "the ignore file",
        **dict.fromkeys(expand(config.eval) if config.eval else [], "the evaluation data"),
    }
    news = [place(new)] if new else config.paths
    for version, text in (*(("the new version", name) for name in news), ("the old version", place(old))):
        named[text] = version  # it may be gone, and is not to come back as something else
        with contextlib.suppress(InputError):  # whether that is a mistake is for `diff` to tell
            named |= dict.fromkeys(expand([text]) if is_path(text) else [], version)
    return {0 if file == STDIN else file: what for file, what in named.items() if file}


def _rendered(found: Difference, form: str, seen: Look) -> str | bytes:
    if form == "json":
        return as_json(found.to_dict())
    text: str = import_module(f"dsready.diff.{form}").render(found, seen)
    return text
