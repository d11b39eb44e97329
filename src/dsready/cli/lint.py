"""`dsready lint`: the one command a gate needs."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from dsready.cli import complete, each_file, options
from dsready.cli.outputs import spare
from dsready.cli.results import deliver, form_of, rendered
from dsready.cli.settings import alike, configured, effective, said
from dsready.cli.terminal import Progress, cores, remark
from dsready.errors import ConfigError
from dsready.files import identity
from dsready.output import CAPPED, ON_PAGE, Look
from dsready.output.look import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dsready.accepting import Acceptance
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
    "show_content": "lint.show-content",
    "baseline": "lint.baseline",
    "since": "lint.since",
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


@click.command("lint", short_help="Check data sets.")
@click.argument("paths", nargs=-1, shell_complete=complete.files)
@options.evals
@click.option("--stdin-filename", metavar="NAME", default="<stdin>", help="What to call the data read from `-`.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out these paths; repeatable.")
@options.shape
@click.option(
    "--target",
    "targets",
    multiple=True,
    callback=_codes,
    metavar="IDS",
    shell_complete=complete.targets,
    help="Who is to train on it: see dsready targets; `all` compares all.",
)
@click.option("--goal", type=click.Choice(GOALS), help="What the model is tuned for.  [default: general]")
@options.tokenizer
@click.option("--context-length", type=click.IntRange(min=1), metavar="TOKENS", help="The model's context.")
@click.option(
    "--select",
    multiple=True,
    callback=_codes,
    metavar="CODES",
    shell_complete=complete.rules,
    help="Rules to check.  [default: ALL]",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=_codes,
    metavar="CODES",
    shell_complete=complete.rules,
    help="Rules not to show. What they measure still counts in the score: to change that, set the check's options.",
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    callback=_levels,
    metavar="CODE=LEVEL",
    shell_complete=complete.levels,
    help="Change a rule's level.",
)
@configured
@click.option(
    "--data-set",
    "data_sets",
    multiple=True,
    metavar="NAME",
    shell_complete=complete.data_sets,
    help="One of [[dataset]]; repeatable.",
)
@click.option("--each-file", is_flag=True, help="Judge every file by itself, as a hook must: see the README.")
@click.option("--fast", is_flag=True, help="With --each-file: look at the first 200 MB of each, and say so.")
@click.option("--baseline", metavar="PATH", help="Findings that are accepted.  [default: dsready-baseline.json]")
@click.option("--write-baseline", is_flag=True, help="Accept all that is found, but for blockers.")
@click.option("--include-blockers", is_flag=True, help="With --write-baseline: blockers too.")
@click.option("--prune-baseline", is_flag=True, help="Remove from the baseline what is no longer found.")
@click.option("--no-baseline", is_flag=True, help="Accept nothing by a baseline.")
@click.option("--no-ignores", is_flag=True, help="Accept nothing by file, by record, or by the ignore file.")
@click.option(
    "--add-ignore", multiple=True, callback=_codes, metavar="CODES", help="Accept what these rules found on records."
)
@click.option("--reason", metavar="TEXT", help="Why, for --add-ignore.")
@click.option("--since", metavar="REV|FILE", help="Report on records only if this version has not got them.")
@click.option("--min-score", type=click.IntRange(0, 100), metavar="N", help="The score required.  [default: 70]")
@click.option("--fail-on", type=click.Choice([*LEVELS, "never"]), help="Findings that fail the run.  [default: error]")
@click.option("--max-warnings", type=click.IntRange(min=0), metavar="N", help="Fail if there are more warnings.")
@click.option(
    "--require", multiple=True, type=click.Choice(DIMENSIONS), help="Fail if this was not assessed; repeatable."
)
@click.option(
    "--show-content",
    type=click.Choice(["never", "always"]),
    help="Put texts of the records into json and html; secrets are masked.  [default: never]",
)
@options.scanning
@rendered
def command(configs: tuple[str, ...], isolated: bool, **given: Any) -> int:
    """
    Check the data sets in PATHS, score them, and fail if they are not ready.

    PATHS are files, folders, globs, or `-` for standard input: together they are one data set. Without any, those of
    the configuration are taken, each data set by itself where it names several.

    Exit codes: 0 ready; 1 findings, or a gate failed; 2 the job could not be done.
    """
    from dsready.config import merge  # noqa: PLC0415  (--help needs none)
    from dsready.sets import data_sets  # noqa: PLC0415  (the same)

    overrides = said({key: given[option] for option, key in KEYS.items()})
    if given["each_file"]:
        each_file.check_options()
        # A file is judged the same whatever else is in the commit.
        groups = alike(given["paths"], configs, isolated)
        return max(_each_file({**overrides, "paths": group}, configs, isolated, given) for group in groups)
    settled, path = effective(given["paths"], configs, isolated, {})
    config = merge(settled, overrides)
    partly = bool(given["paths"] or given["data_sets"]) and bool(settled.paths or settled.dataset)
    start = time.monotonic()
    if given["fast"]:
        raise click.UsageError("--fast goes with --each-file: a gate looks at everything.")
    sets = data_sets(config, overrides, given["data_sets"])
    _named(sets)
    if given["add_ignore"] and not (given["reason"] or "").strip():
        raise click.UsageError("--add-ignore needs a --reason: whoever reads the file in a year will ask for it.")
    acceptance = _acceptance(config, path, given, partly=partly)
    if given["outputs"]:
        spare({**_read(sets, path), **acceptance.files}, given["outputs"])
    reports = _lint(sets, acceptance, given)
    if not given["quiet"]:
        # Who says what is for evaluation knows that it is no training data.
        _point_out(sets, reports, settled, inside=bool(given["paths"] and not given["evals"]))
    _tell(path, start, given)
    _keep(reports, acceptance, given)
    return deliver(reports, given, config.lint.max_examples)


def _each_file(overrides: Mapping[str, Any], configs: Sequence[str], isolated: bool, given: Mapping[str, Any]) -> int:
    """Judge files by themselves that have the same configuration, and return the exit code."""
    from dsready.config import merge  # noqa: PLC0415  (--help needs none)

    start = time.monotonic()
    settled, path = effective(overrides["paths"][:1], configs, isolated, {})
    config = merge(settled, overrides)
    acceptance = _acceptance(config, path, given, partly=True)
    code = each_file.judge(config, overrides, acceptance, given, keeps=options.keeps(given))
    _tell(path, start, given)
    return code


def _tell(path: Path | None, start: float, given: Mapping[str, Any]) -> None:
    """Name the configuration and the time taken, for those who asked."""
    if given["verbose"]:
        remark(f"configuration: {path or 'none'}; {time.monotonic() - start:.1f} s")


def _named(sets: Mapping[str, Config]) -> None:
    """Make sure that every data set has files."""
    if not all(config.paths for config in sets.values()):
        unnamed = ", ".join(name for name, config in sets.items() if name and not config.paths)
        raise ConfigError(
            f"the data set {unnamed} has no paths" if unnamed else "no data set is named",
            "dsready lint train.jsonl, or paths = [...] in dsready.toml",
        )


def _point_out(sets: Mapping[str, Config], reports: Sequence[Report], settled: Config, *, inside: bool) -> None:
    """Say which files were not taken for what the user may think they are; `inside` of folders and globs too."""
    from dsready.cli.guess import is_evaluation  # noqa: PLC0415  (--help needs none)
    from dsready.sets import identities  # noqa: PLC0415  (the same)

    held_out = identities([path for one in settled.data_sets.values() for path in one.eval])
    for config, report in zip(sets.values(), reports, strict=True):
        train, evals = ([file.path for file in report.inputs if file.role == role] for role in ("train", "eval"))
        named = identities(config.paths) if inside and evals else set(map(identity, config.paths))
        named -= set(map(identity, train))
        left = [path for path in evals if identity(path) in named]
        if left:
            are = f"and {plural(len(left) - 1, 'more file')} are" if left[1:] else "is"
            remark(f"{left[0]} {are} for evaluation, and left out of the training data")
        elif not evals and set(map(identity, train)) & held_out:
            remark(f"{train[0]} is for evaluation, and judged as training data: nothing else is named")
        seeming = [path for path in train if is_evaluation(os.path.basename(path))]  # noqa: PTH119  (paths stay strings)
        if not evals and 0 < len(seeming) < len(train):
            said = f"{seeming[0]} seems to be for evaluation, and counts as training data: see --eval"
            remark(said, "hint: ", "cyan")


def _read(sets: Mapping[str, Config], path: Path | None) -> dict[str | int, str]:
    """Return what is read, and must not be written over."""
    from dsready.dataset.paths import STDIN, both  # noqa: PLC0415  (--help needs none)
    from dsready.dataset.settings import ESTIMATE, TIKTOKEN  # noqa: PLC0415  (the same)

    read: dict[str | int, str] = {str(path): "the configuration"} if path else {}
    for config in sets.values():
        train, evals = both(config.paths, config.eval, config.exclude)
        named = {**dict.fromkeys(train, "the training data"), **dict.fromkeys(evals, "the evaluation data")}
        read |= {0 if file == STDIN else file: what for file, what in named.items()}
        if config.tokenizer != ESTIMATE and not config.tokenizer.startswith(TIKTOKEN):
            read[config.tokenizer] = "the tokenizer"
    return read


def _acceptance(config: Config, path: Path | None, given: Mapping[str, Any], *, partly: bool) -> Acceptance:
    """Return who accepts findings; `partly` says that there is more data than the run sees."""
    from dsready.accepting import Acceptance, Wishes  # noqa: PLC0415  (--help needs none)
    from dsready.configfile import absolute, from_here  # noqa: PLC0415  (the same)

    wishes = Wishes(
        writes=given["write_baseline"],
        blockers=given["include_blockers"],
        prunes=given["prune_baseline"],
        baseline=not given["no_baseline"],
        named=not given["no_ignores"],
    )
    if wishes.blockers and not wishes.writes:
        raise ConfigError("--include-blockers says what goes into a baseline", "use it with --write-baseline")
    if wishes.writes and config.lint.since:
        raise ConfigError("--write-baseline accepts all findings, --since hides some", "use one of the two")
    if (wishes.writes or wishes.prunes) and not wishes.baseline:
        raise ConfigError("--no-baseline leaves no baseline to write", "leave it out")
    return Acceptance(config, wishes, complete=not partly, home=from_here(absolute(path).parent) if path else "")


def _lint(sets: Mapping[str, Config], acceptance: Acceptance, given: Mapping[str, Any]) -> list[Report]:
    from dsready import project  # noqa: PLC0415  (--help needs none)

    keeps = options.keeps(given)
    wanted = not (given["no_progress"] or given["quiet"])
    with Progress(wanted=wanted) as progress:
        return project.lint_all(
            sets,
            acceptance,
            jobs=given["jobs"] or cores(),
            stdin_name=given["stdin_filename"],
            progress=progress,
            listed=max((_listed(config, given) for config in sets.values()), default=0),
            cache=keeps,
        )


def _listed(config: Config, given: Mapping[str, Any]) -> int:
    """Return how many findings of a rule somebody will see: to find the others' places would be time for nothing."""
    from dsready.dataset.dataset import MOST_FINDINGS  # noqa: PLC0415  (--help needs none)

    forms = {form for form, _ in given["outputs"]} | {form_of(given)}
    most = Look(max_examples=config.lint.max_examples).examples
    if given["add_ignore"]:
        return sys.maxsize
    if not forms <= CAPPED or not most:
        return MOST_FINDINGS
    return max(most, ON_PAGE if "html" in forms else 0)


def _keep(reports: Sequence[Report], acceptance: Acceptance, given: Mapping[str, Any]) -> None:
    """Write what is accepted from now on."""
    from dsready.accepting import add_ignores  # noqa: PLC0415  (--help needs none)

    saved = acceptance.save()
    if saved and saved.changed:
        lost = f" without {saved.removed:,} that nothing needs" if saved.removed else ""
        remark(f"wrote {saved.path}{lost}: commit it, and what it accepts fails no run")
    elif saved:
        remark(f"{saved.path} is as it was")
    if given["write_baseline"]:
        for hint in _not_accepted(reports):
            remark(hint, "hint: ", "cyan")
    if given["add_ignore"]:
        count = add_ignores(acceptance.ignore_file, reports, given["add_ignore"], given["reason"])
        added = f"added {plural(count, 'line')} to {acceptance.ignore_file}"
        remark(added if count else "nothing to ignore: these rules report nothing on records that is not accepted yet")


def _not_accepted(reports: Sequence[Report]) -> Iterator[str]:
    """Yield what fails a run though a baseline was just written."""
    if any(found.blocks for report in reports for found in report.reported):
        yield "blockers are not accepted in passing; --include-blockers accepts them too"
    for report in reports:
        for gate in report.gates:
            if gate.id == "score" and not gate.passed:
                name = f"{report.name}: " if report.name else ""
                still = "what is accepted still counts in the score"
                yield f"{name}{still}, which is {gate.found}; gate.min-score asks for {gate.required}"
