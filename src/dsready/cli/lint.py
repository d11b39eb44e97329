"""`dsready lint`: the one command a gate needs."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import click

from dsready import cache
from dsready.cli.settings import configured, effective
from dsready.cli.terminal import AUTO, Progress, emit, look, remark
from dsready.errors import ConfigError
from dsready.files import identity
from dsready.output import FORMATS, PROSE, Look, render, write
from dsready.output.look import plural

if TYPE_CHECKING:
    from pathlib import Path

    from dsready.config import Config
    from dsready.model import Report

#: Spelled out, because the models that define them are not imported for `--help`. A test compares them.
LEVELS = ("error", "warning", "info")
GOALS = ("general", "style", "format", "behaviour", "classification", "distillation", "reasoning")
DIMENSIONS = ("volume", "validity", "uniqueness", "consistency", "evaluation", "length", "content")

#: Which key of the configuration each option overrules.
KEYS = {
    "paths": "paths",
    "evals": "eval",
    "exclude": "exclude",
    "format_": "format",
    "targets": "target",
    "goal": "goal",
    "tokenizer": "tokenizer",
    "context_length": "context-length",
    "select": "lint.select",
    "ignore": "lint.ignore",
    "levels": "lint.levels",
    "fail_on": "lint.fail-on",
    "max_warnings": "lint.max-warnings",
    "max_examples": "lint.max-examples",
    "min_score": "gate.min-score",
    "require": "gate.require",
}


def _codes(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split `DUP,LEN001`."""
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


def _levels(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        code, _equals, level = value.partition("=")
        if level not in LEVELS:
            raise click.BadParameter(f"{value!r} is not CODE=LEVEL with one of {', '.join(LEVELS)}.")
        pairs[code] = level
    return pairs


def _outputs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> list[tuple[str, str]]:
    """Split `json=result.json`, and fail before the work is done if it could not be written after it."""
    pairs = []
    for value in values:
        form, _equals, path = value.partition("=")
        if form not in FORMATS or not path:
            raise click.BadParameter(f"{value!r} is not FORMAT=PATH with one of {', '.join(FORMATS)}.")
        folder = os.path.dirname(os.path.realpath(path))  # noqa: PTH120  (pathlib raises where a name is too long)
        if not os.path.isdir(folder) or os.path.isdir(path):  # noqa: PTH112  (the same)
            raise click.BadParameter(f"{path!r} cannot be written: it is a folder, or its folder does not exist.")
        pairs.append((form, path))
    return pairs


def _cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command("lint", short_help="Check data sets.")
@click.argument("paths", nargs=-1)
@click.option("--eval", "evals", multiple=True, metavar="PATH", help="Evaluation data; repeatable.")
@click.option("--stdin-filename", metavar="NAME", default="<stdin>", help="What to call the data read from `-`.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out these paths; repeatable.")
@click.option("--format", "format_", metavar="SHAPE", help="The shape of the records.  [default: auto]")
@click.option(
    "--target",
    "targets",
    multiple=True,
    callback=_codes,
    metavar="IDS",
    help="Who is to train on it: see dsready targets; `all` compares all.",
)
@click.option("--goal", type=click.Choice(GOALS), help="What the model is tuned for.  [default: general]")
@click.option("--tokenizer", metavar="NAME", help="estimate, tiktoken:NAME, or a tokenizer.json.  [default: estimate]")
@click.option("--context-length", type=click.IntRange(min=1), metavar="TOKENS", help="The model's context.")
@click.option("--select", multiple=True, callback=_codes, metavar="CODES", help="Rules to check.  [default: ALL]")
@click.option(
    "--ignore",
    multiple=True,
    callback=_codes,
    metavar="CODES",
    help="Rules not to show. What they measure still counts in the score: to change that, set the check's options.",
)
@click.option("--level", "levels", multiple=True, callback=_levels, metavar="CODE=LEVEL", help="Change a rule's level.")
@configured
@click.option("--min-score", type=click.IntRange(0, 100), metavar="N", help="The score required.  [default: 70]")
@click.option("--fail-on", type=click.Choice([*LEVELS, "never"]), help="Findings that fail the run.  [default: error]")
@click.option("--max-warnings", type=click.IntRange(min=0), metavar="N", help="Fail if there are more warnings.")
@click.option(
    "--require", multiple=True, type=click.Choice(DIMENSIONS), help="Fail if this was not assessed; repeatable."
)
@click.option("-e", "--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option(
    "--output-format",
    type=click.Choice(list(FORMATS)),
    envvar="DSREADY_OUTPUT_FORMAT",
    show_envvar=True,
    help="Format on standard output.  [default: full; concise under pre-commit]",
)
@click.option(
    "--output", "outputs", multiple=True, callback=_outputs, metavar="FORMAT=PATH", help="Write a file too; repeatable."
)
@click.option(
    "--max-examples", type=click.IntRange(min=0), metavar="N", help="Findings shown of each rule; 0: all.  [default: 3]"
)
@click.option("--statistics", is_flag=True, help="Show counts only; short for --output-format statistics.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default=AUTO,
    envvar="DSREADY_COLOR",
    show_envvar=True,
    help="Colour the output.  [default: auto]",
)
@click.option("--no-progress", is_flag=True, help="Show no progress bar.")
@click.option("--ascii", "plain", is_flag=True, help="Print nothing but ASCII.")
@click.option("--no-cache", is_flag=True, envvar=cache.OFF, show_envvar=True, help="Keep nothing for the next run.")
@click.option(
    "--cache-dir", metavar="PATH", envvar=cache.DIR, show_envvar=True, help="Where to keep it.  [default: the system's]"
)
@click.option("-q", "--quiet", count=True, help="Show findings only; -qq shows nothing.")
@click.option("-v", "--verbose", is_flag=True, help="Name the configuration and the time taken; show tracebacks.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes.  [default: the processors]")
def command(configs: tuple[str, ...], isolated: bool, **given: Any) -> int:
    """
    Check the data sets in PATHS, score them, and fail if they are not ready.

    PATHS are files, folders, globs, or `-` for standard input. Without any, those of the configuration are taken.

    Exit codes: 0 ready; 1 findings, or a gate failed; 2 the job could not be done.
    """
    overrides = {key: given[option] for option, key in KEYS.items()}
    config, path = effective(given["paths"], configs, isolated, overrides)
    start = time.monotonic()
    _spare(config, path, given["outputs"])
    report = _lint(config, given)
    if given["verbose"]:
        remark(f"configuration: {path or 'none'}; {time.monotonic() - start:.1f} s")

    shape = {"max_examples": config.lint.max_examples, "quiet": bool(given["quiet"]), "verbose": given["verbose"]}
    for form, target in given["outputs"]:
        write(report, form, target, Look(ascii=given["plain"], **shape))
    if given["quiet"] < 2:  # noqa: PLR2004  (-qq)
        seen = look(color=given["color"], plain=given["plain"], **shape)
        emit(render(report, _form(given), seen), color=seen.color)
    reason = _failure(report, config)
    if reason and report.ready and not given["quiet"]:
        verdict = f"{'would fail' if given['exit_zero'] else 'failed'}: {reason}"
        # The verdict above it may read "ready": whoever sees that must see this too.
        if _form(given) in PROSE and given["quiet"] < 1:
            emit(verdict + "\n")
        else:
            remark(verdict)
    return int(bool(reason) and not given["exit_zero"])


def _spare(config: Config, path: Path | None, outputs: list[tuple[str, str]]) -> None:
    """Refuse to write over a file that is read, and to write one twice."""
    if not config.paths:
        raise ConfigError("no data set is named", "dsready lint train.jsonl, or paths = [...] in dsready.toml")
    if not outputs:
        return
    from dsready.dataset.paths import STDIN, expand  # noqa: PLC0415  (--help needs none)

    read = {
        "the training data": expand(config.paths, config.exclude),
        "the evaluation data": expand(config.eval) if config.eval else [],
        "the configuration": [str(path)] if path else [],
        "the tokenizer": [config.tokenizer],
    }
    taken = {identity(0 if file == STDIN else file): what for what, files in read.items() for file in files}
    for form, target in outputs:
        same = identity(target)
        if same and same in taken:
            raise ConfigError(f"--output {form}={target} would overwrite {taken[same]}", "give it a file of its own")
        taken[same] = "another output"


def _lint(config: Config, given: dict[str, Any]) -> Report:
    from dsready import api  # noqa: PLC0415  (--help needs none)

    # The workers, and whatever else keeps something, inherit it.
    if given["no_cache"]:
        os.environ[cache.OFF] = "1"
    if given["cache_dir"]:
        os.environ[cache.DIR] = given["cache_dir"]
    wanted = not (given["no_progress"] or given["quiet"])
    with Progress(wanted=wanted) as progress:
        return api.run(
            config.paths,
            config.eval,
            config,
            jobs=given["jobs"] or _cores(),
            stdin_name=given["stdin_filename"],
            progress=progress,
            listed=_listed(config, given),
            cache=cache.folder() is not None,
        )


def _listed(config: Config, given: dict[str, Any]) -> int:
    """Return how many findings of a rule somebody will see: to find the others' places would be time for nothing."""
    from dsready.dataset.dataset import MOST_FINDINGS  # noqa: PLC0415  (--help needs none)
    from dsready.output import CAPPED  # noqa: PLC0415

    forms = {form for form, _ in given["outputs"]} | {_form(given)}
    return config.lint.max_examples or MOST_FINDINGS if forms <= CAPPED else MOST_FINDINGS


def _form(given: dict[str, Any]) -> str:
    """Return the format of standard output."""
    if given["statistics"]:
        return "statistics"
    return given["output_format"] or ("concise" if os.environ.get("PRE_COMMIT") else "full")


def _failure(report: Report, config: Config) -> str:
    """Say why the run fails; empty if it does not."""
    summary = report.summary
    if not report.ready:
        return "the data set is not ready"
    counts = {"error": summary.errors, "warning": summary.warnings, "info": summary.infos}
    fail_on = config.lint.fail_on
    judged = LEVELS[: LEVELS.index(fail_on) + 1] if fail_on != "never" else ()
    found = sum(counts[level] for level in judged)
    if found:
        return (
            f"{plural(found, 'finding')} of level {fail_on}{' or above' * (fail_on != 'error')} (fail-on is {fail_on})"
        )
    most = config.lint.max_warnings
    return (
        f"{plural(summary.warnings, 'warning')} (max-warnings is {most})"
        if most is not None and summary.warnings > most
        else ""
    )
