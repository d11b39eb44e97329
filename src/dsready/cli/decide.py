"""`dsready decide`: whether to fine-tune at all."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from dsready import cache
from dsready.cli import complete, options
from dsready.cli.lint import GOALS
from dsready.cli.outputs import as_json, spare, written
from dsready.cli.settings import configured, effective, said
from dsready.cli.terminal import AUTO, Progress, complain, cores, emit, look, remark
from dsready.errors import ConfigError
from dsready.files import replace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dsready.config import Config
    from dsready.decide import Decision, Facts
    from dsready.output import Look
    from dsready.task import Task

FORMATS = ("text", "json", "markdown")
TUNE = "fine-tuning"


@click.command("decide", short_help="Say whether to fine-tune at all, and why.")
@click.argument("paths", nargs=-1, shell_complete=complete.files)
@options.evals
@click.option("--goal", type=click.Choice(GOALS), help="What the model is tuned for.  [default: general]")
@click.option(
    "--set",
    "answers",
    multiple=True,
    metavar="KEY=VALUE",
    help="Answer a key of [task], which dsready config show lists, as gap=format; repeatable.",
)
@click.option("--ask", is_flag=True, help="Ask for what is not known yet, one by one; Enter leaves it unknown.")
@configured
@options.data_set
@click.option("--exit-code", is_flag=True, help="Exit with 1 if the answer is not fine-tuning.")
@click.option("--output-format", type=click.Choice(FORMATS), default="text", help="[default: text]")
@written(FORMATS)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default=AUTO, help="Colour the text.  [default: auto]"
)
@options.no_progress
@options.jobs
def command(
    paths: tuple[str, ...],
    evals: tuple[str, ...],
    goal: str | None,
    answers: tuple[str, ...],
    ask: bool,
    configs: tuple[str, ...],
    isolated: bool,
    data_set: str | None,
    exit_code: bool,
    output_format: str,
    outputs: list[tuple[str, str]],
    color: str,
    no_progress: bool,
    jobs: int | None,
) -> int:
    """
    Say whether to prompt, to retrieve, to fine-tune, or not yet, and what would change that.

    What the data can answer is measured: PATHS and --eval, or those of the configuration, are linted. All else is
    answered in the table [task] of the configuration, by --set, or with --ask. What nobody answers is unknown, and
    never counts as met.

    --output markdown=READINESS.md writes the readiness checklist for a team to sign; run again it keeps ticks, names,
    dates and notes.

    Exit codes: 0 done; 1 with --exit-code, if the answer is not fine-tuning; 2 the job could not be done.
    """
    from dsready.decide import decide  # noqa: PLC0415  (--help needs none)
    from dsready.sets import data_sets  # noqa: PLC0415  (the same)

    given = said({"paths": paths, "eval": evals, "goal": goal}) | _answered(answers)
    settled, path = effective(paths, configs, isolated, {})
    sets = data_sets(settled, given, [data_set] if data_set else [])
    if len(sets) > 1:
        known = ", ".join(sets)
        raise ConfigError("the configuration has several data sets", f"--data-set says which one it is: {known}")
    (config,) = sets.values()
    if config.eval and not config.paths:
        raise click.UsageError("evaluation data alone decides nothing: give the training data too")
    if ask and "-" in (*config.paths, *config.eval):
        raise click.UsageError("--ask reads answers from standard input, and so does `-` data")
    if outputs:
        spare(_read(config, path), outputs)
    facts = _facts(config, path, jobs or cores(), progress=not no_progress)
    task = _asked(config.task, facts) if ask else config.task
    found = decide(task, facts)
    for form, target in outputs:
        replace(target, _content(found, form, target))
    seen = look(color=color)
    emit(_rendered(found, output_format, seen), color=seen.color)
    if output_format == "text" and not ask and any(item.status == "unknown" for item in found.items):
        remark("--ask asks for what is unknown; [task] in dsready.toml keeps the answers", "hint: ", "cyan")
    return int(exit_code and found.answer != TUNE)


def _answered(answers: Sequence[str]) -> dict[str, Any]:
    """Read `gap=format` and the like."""
    from dsready.decide.answers import read  # noqa: PLC0415  (--help needs none)

    pairs = [answer.partition("=") for answer in answers]
    for key, equals, _value in pairs:
        if not equals:
            raise ConfigError(f"--set {key!r} is not KEY=VALUE", "as in --set gap=format --set prompting.accuracy=85%")
    return {f"task.{key.strip()}": read(key.strip(), value) for key, _equals, value in pairs}


def _facts(config: Config, path: Path | None, jobs: int, *, progress: bool) -> Facts:
    """Measure what the data can answer; without data nothing is known."""
    from dsready import api  # noqa: PLC0415  (--help needs none)
    from dsready.accepting import Acceptance  # noqa: PLC0415  (the same)
    from dsready.configfile import absolute, from_here  # noqa: PLC0415  (the same)
    from dsready.decide import Facts  # noqa: PLC0415  (the same)
    from dsready.decide.facts import facts_of  # noqa: PLC0415  (the same)

    if not config.paths:
        return Facts(goal=config.goal)
    acceptance = Acceptance(config, home=from_here(absolute(path).parent) if path else "")
    with Progress(wanted=progress) as bar:
        report = api.run(
            config.paths,
            config.eval,
            config,
            jobs=jobs,
            progress=bar,
            listed=1,
            cache=cache.folder() is not None,
            acceptance=acceptance,
        )
    return facts_of(report)


def _asked(task: Task, facts: Facts) -> Task:
    """Ask for what is not known, as long as it can matter; then print all answers, ready to paste."""
    from dsready.config import Config, merge  # noqa: PLC0415  (--help needs none)
    from dsready.decide import decide  # noqa: PLC0415  (the same)
    from dsready.decide.answers import QUESTIONS, toml, value  # noqa: PLC0415  (the same)
    from dsready.decide.sources import cited  # noqa: PLC0415  (the same)

    before = task
    for question in QUESTIONS:
        found = decide(task, facts)
        if found.answer not in ("not yet", TUNE) and (not question.ladder or found.rung is None):
            break
        settled = question.item in (item.id for item in found.with_status("met"))
        needless = bool(question.after) and value(task, question.after) is False
        if settled or needless or value(task, question.key) is not None:
            continue
        remark(f"{question.text} {question.why} ({cited(question.sources)})")
        try:
            typed = _typed(question.key)
        except EOFError:
            break
        if typed is not None:
            task = merge(Config(task=task), {f"task.{question.key}": typed}).task
    if task != before:
        remark("These answers, for dsready.toml:")
        for line in toml(task).splitlines():
            remark(line)
    return task


def _typed(key: str) -> bool | float | str | None:
    """Read an answer, until it is one; None for Enter. Where nobody answers any more, EOFError is raised."""
    from dsready.decide.answers import read  # noqa: PLC0415  (--help needs none)

    while True:
        line = sys.stdin.readline() if sys.stdin else ""  # it may be closed
        if not line:
            raise EOFError
        if not line.strip():
            return None
        try:
            return read(key, line)
        except ConfigError as error:
            complain(error.what, error.hint)


def _read(config: Config, path: Path | None) -> dict[str | int, str]:
    """Return what is read, and must not be written over."""
    from dsready.dataset.paths import STDIN, both  # noqa: PLC0415  (--help needs none)

    read: dict[str | int, str] = {str(path): "the configuration"} if path else {}
    if config.paths:
        train, evals = both(config.paths, config.eval, config.exclude)
        named = {**dict.fromkeys(train, "the training data"), **dict.fromkeys(evals, "the evaluation data")}
        read |= {0 if file == STDIN else file: what for file, what in named.items()}
    return read


def _rendered(found: Decision, form: str, seen: Look) -> str | bytes:
    from dsready.output import checklist, decision  # noqa: PLC0415  (--help needs none)

    if form == "json":
        return as_json(found.model_dump(mode="json", by_alias=True))
    return checklist.render(found, seen) if form == "markdown" else decision.render(found, seen)


def _content(found: Decision, form: str, target: str) -> bytes:
    """Return what a file will hold; of the checklist that stands there, what people wrote into it is kept."""
    from dsready.output import Look, checklist  # noqa: PLC0415  (--help needs none)

    if form == "markdown":
        return checklist.updated(target, found)
    content = _rendered(found, form, Look())
    return content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
