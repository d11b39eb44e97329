"""`dsready cost`: what a fine-tune costs, and when it pays."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dsready.cli import complete, options
from dsready.cli.outputs import as_json, deliver, spare, written
from dsready.cli.settings import configured, effective, said
from dsready.cli.terminal import AUTO, Progress, cores, emit, look
from dsready.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dsready.config import Config
    from dsready.cost import Estimate, Figure
    from dsready.output import Look

    F = TypeVar("F", bound=Callable[..., Any])

#: Each format's module in `dsready.cost`; `json` needs none.
FORMATS = ("text", "json", "markdown")

#: Figures of the table that have an option of their own, and its help.
FIGURES = {
    "calls-per-month": ("--calls", "Calls of the model a month.  [default: calls-per-month of [task]]"),
    "examples": ("--examples", "Examples to train on, where there are no data yet."),
    "epochs": ("--epochs", "How often a run reads each example."),
    "rounds": ("--rounds", "Runs until the model is good enough."),
    "hourly-rate": ("--hourly-rate", "$ for an hour of work on data and evaluation."),
    "long-prompt": ("--long-prompt", "Tokens of the big model's prompt that are always the same."),
    "short-prompt": ("--short-prompt", "Tokens that are left of it for the tuned model."),
    "input-tokens": ("--input-tokens", "Tokens of a prompt that differ from call to call."),
    "answer-tokens": ("--answer-tokens", "Tokens of an answer."),
    "releases": ("--releases", "New base models a year to evaluate again."),
}


def _figures(command: F) -> F:
    """Add an option for each of `FIGURES`."""
    for name, (option, text) in reversed(FIGURES.items()):
        command = click.option(option, name.replace("-", "_"), metavar="N|LOW..HIGH", help=text)(command)
    return command


@click.command("cost", short_help="Say what a fine-tune costs, and when it pays.")
@click.argument("paths", nargs=-1, shell_complete=complete.files)
@click.option(
    "--training",
    type=click.Choice(["hosted", "adapter", "full"]),
    default="hosted",
    help="At a provider's by the token, or by oneself: an adapter (LoRA), or all weights.  [default: hosted]",
)
@_figures
@click.option(
    "--prices", metavar="FILE", shell_complete=complete.files, help="A table that overrules the one that ships."
)
@click.option(
    "--price",
    "single",
    multiple=True,
    metavar="NAME=VALUE",
    help="One number of the table; repeatable. 2..5 is a range.",
)
@click.option("--list-prices", is_flag=True, help="Show the table: names, values, sources.")
@options.tokenizer
@configured
@click.option("--output-format", type=click.Choice(FORMATS), default="text", help="[default: text]")
@written(FORMATS)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default=AUTO, help="Colour the text.  [default: auto]"
)
@options.no_progress
@options.jobs
def command(configs: tuple[str, ...], isolated: bool, **given: Any) -> None:
    """
    Say what a fine-tune costs, what it saves, and when it pays: low, expected and high.

    The tokens to train on, and what a call looks like, are measured from the training data in PATHS, or in those of the
    configuration; without data options say them. Prices come from a table, each with its source: --list-prices. What is
    assumed is listed with the result.
    """
    from dsready.cost import case, estimate, measure  # noqa: PLC0415  (--help needs none)
    from dsready.cost.markdown import BLOCK  # noqa: PLC0415  (the same)

    seen = look(color=given["color"])
    table = _table(given)
    if given["list_prices"]:
        emit(_prices(table, given["output_format"], seen))
        return
    overrides = said({"paths": given["paths"], "tokenizer": given["tokenizer"]})
    settled, path = effective(given["paths"], configs, isolated, {})
    config = _only(settled, overrides)
    spare(_read(config, path, given["prices"]), given["outputs"])
    calls = config.task.calls_per_month
    if calls is not None and "calls-per-month" not in table:
        table["calls-per-month"] = _given("calls-per-month", str(calls), "calls-per-month of [task]")
    measured = None
    if config.paths:
        with Progress(wanted=not given["no_progress"]) as progress:
            measured = measure(config, jobs=given["jobs"] or cores(), progress=progress)
    found = estimate(case(table, measured, given["training"]))
    if not {"one-off", "saving"} & found.results.keys():
        raise click.UsageError(
            "nothing to work out: give training data, or --examples, or --input-tokens and --answer-tokens"
        )
    deliver(partial(_rendered, found), given["outputs"], BLOCK, (given["output_format"], seen))


def _table(given: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the figures that the user says: an option weighs more than `--price`, and that more than a table."""
    from dsready.cost import read  # noqa: PLC0415  (--help needs none)

    table = read(Path(given["prices"])) if given["prices"] else {}
    for pair in given["single"]:
        name, equals, text = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--price {pair}: write NAME=VALUE")
        table[name] = _given(name, text, "--price")
    for name, (option, _) in FIGURES.items():
        text = given[name.replace("-", "_")]
        if text is not None:
            table[name] = _given(name, text, option)
    return table


def _given(name: str, text: str, where: str) -> Figure:
    from dsready.cost.prices import given  # noqa: PLC0415  (--help needs none)

    return given(name, text, where)


def _only(config: Config, overrides: Mapping[str, Any]) -> Config:
    """Return the configuration of the one data set that is meant."""
    from dsready.sets import data_sets  # noqa: PLC0415  (--help needs none)

    sets = data_sets(config, overrides)
    if len(sets) > 1:
        raise ConfigError("the configuration has several data sets", "name the files of one of them")
    (only,) = sets.values()
    return only


def _read(config: Config, path: Path | None, prices: str | None) -> dict[str | int, str]:
    """Return what is read, and must not be written over."""
    from dsready.dataset.paths import STDIN, expand  # noqa: PLC0415  (--help needs none)

    read: dict[str | int, str] = {str(path or ""): "the configuration", prices or "": "the table of prices"}
    read |= {config.tokenizer: "the tokenizer"}
    for named, what in ((config.eval, "the evaluation data"), (config.paths, "the training data")):
        read |= {0 if file == STDIN else file: what for file in (expand(named) if named else [])}
    return {file: what for file, what in read.items() if file != ""}


def _rendered(found: Estimate, form: str, seen: Look) -> str | bytes:
    if form == "json":
        return as_json(found.model_dump(mode="json"))
    text: str = import_module(f"dsready.cost.{form}").render(found, seen)
    return text


def _prices(table: Mapping[str, Figure], form: str, seen: Look) -> str | bytes:
    """Return the table that holds."""
    from dsready.cost import shipped  # noqa: PLC0415  (--help needs none)

    holds = {**shipped(), **table}
    if form == "json":
        return as_json({name: figure.model_dump(mode="json", exclude={"name"}) for name, figure in holds.items()})
    text: str = import_module(f"dsready.cost.{form}").prices(holds.values(), seen)
    return text
