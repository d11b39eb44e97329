"""`dsready judge`: whether tuning helped, on a held-out test set."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import click

from dsready.cli import complete, options
from dsready.cli.outputs import as_json, deliver, spare, written
from dsready.cli.power import Share
from dsready.cli.settings import configured, effective
from dsready.cli.terminal import AUTO, cores, look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Literal

    from dsready.config import Config
    from dsready.judging import Judgement
    from dsready.output import Look

#: Each format's module in `dsready.judging`; `json` needs none.
FORMATS = ("text", "json", "markdown")


@click.command("judge", short_help="Say whether tuning helped.")
@click.option(
    "--eval", "evals", multiple=True, metavar="PATH", shell_complete=complete.files, help="The test set; repeatable."
)
@click.option(
    "--baseline", required=True, metavar="PATH", shell_complete=complete.files, help="Outputs of the prompted baseline."
)
@click.option(
    "--tuned", required=True, metavar="PATH", shell_complete=complete.files, help="Outputs of the tuned model."
)
@click.option(
    "--train",
    multiple=True,
    metavar="PATH",
    shell_complete=complete.files,
    help="Training data, in which no item may stand; repeatable.",
)
@click.option("--exclude-leaked", is_flag=True, help="Judge by the items that are not in the training data.")
@click.option("--metric", metavar="NAME", help="What to go by.  [default: what suits the references]")
@click.option("--score-key", default="", metavar="KEY", help="Go by scores, 0 to 1, that stand with the outputs.")
@click.option(
    "--margin",
    type=Share(-1),
    metavar="SHARE",
    help="The least improvement that is worth it: 0.05 or 5%; where the gap is the price, how much may be lost: -3%.",
)
@click.option("--output-key", default="", metavar="KEY", help="Where outputs stand, as a.b.0, if not recognised.")
@click.option("--id-key", default="", metavar="KEY", help="Where ids stand, if not recognised.")
@click.option("--match", type=click.Choice(["id", "order"]), help="How outputs find items.  [default: id, if there]")
@configured
@click.option("--output-format", type=click.Choice(FORMATS), default="text", help="[default: text]")
@written(FORMATS)
@click.option(
    "--max-examples",
    type=click.IntRange(min=0),
    default=5,
    metavar="N",
    help="Items shown that became worse; 0: all.  [default: 5]",
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default=AUTO, help="Colour the text.  [default: auto]"
)
@options.jobs
def command(
    evals: tuple[str, ...],
    baseline: str,
    tuned: str,
    train: tuple[str, ...],
    exclude_leaked: bool,
    metric: str | None,
    score_key: str,
    margin: float | None,
    output_key: str,
    id_key: str,
    match: Literal["id", "order"] | None,
    configs: tuple[str, ...],
    isolated: bool,
    output_format: str,
    outputs: list[tuple[str, str]],
    max_examples: int,
    color: str,
    jobs: int | None,
) -> int:
    """
    Compare the outputs of a tuned model with those of the baseline: same test set, same metric (source 004).

    Outputs are JSON lines: files of batch interfaces, samples of lm-evaluation-harness, a column such as "output", or
    chats that end with the answer. They are matched to the items by id, or by order where there are no ids.

    The verdict is better, worse, or no difference shown. Set a margin before training: with --margin, or [task] margin
    or hypothesis in the configuration.

    Exit codes: 0 the margin is met, or without one the tuned model is better; 1 not; 2 the job could not be done.
    """
    from dsready.judging import Wishes, judge  # noqa: PLC0415  (--help needs none)
    from dsready.judging.markdown import BLOCK  # noqa: PLC0415  (the same)
    from dsready.judging.reading import Keys  # noqa: PLC0415  (the same)

    config, path, held_out, training = _named(evals, train, configs, isolated)
    spare(_read(config, path, {"baseline": baseline, "tuned": tuned}, held_out, training), outputs)
    wishes = Wishes(
        metric=metric,
        margin=margin,
        keys=Keys(id_key, output_key, score_key),
        match=match,
        exclude_leaked=exclude_leaked,
    )
    found = judge(held_out, baseline, tuned, config, wishes, train=training, jobs=jobs or cores())
    seen = look(color=color, max_examples=max_examples)
    deliver(partial(_rendered, found), outputs, BLOCK, (output_format, seen))
    return int(not found.passed)


def _named(
    evals: Sequence[str], train: Sequence[str], configs: tuple[str, ...], isolated: bool
) -> tuple[Config, Path | None, tuple[str, ...], tuple[str, ...]]:
    """Return the configuration and its file, the test set and the training data: the options, else what it names."""
    from dsready.errors import ConfigError  # noqa: PLC0415  (--help needs none)
    from dsready.sets import evaluated_by  # noqa: PLC0415  (the same)

    config, path = effective(evals, configs, isolated, {})
    config = evaluated_by(config, evals)
    held_out = tuple(evals) or config.eval
    if not held_out:
        raise ConfigError("no test set is named", "dsready judge --eval eval.jsonl, or eval = [...] in dsready.toml")
    return config, path, held_out, tuple(train) or config.paths


def _read(
    config: Config, path: Path | None, models: dict[str, str], evals: Sequence[str], train: Sequence[str]
) -> dict[str | int, str]:
    """Return what is read, and must not be written over."""
    from dsready.dataset.paths import STDIN, expand  # noqa: PLC0415  (--help needs none)

    named = {str(path or ""): "the configuration", config.tokenizer: "the tokenizer"}
    for paths, what in ((train, "the training data"), (evals, "the test set")):
        named |= dict.fromkeys(expand(paths) if paths else [], what)
    for name, model in models.items():
        named |= dict.fromkeys(expand([model]), f"the outputs of --{name}")
    return {0 if file == STDIN else file: what for file, what in named.items() if file}


def _rendered(found: Judgement, form: str, seen: Look) -> str | bytes:
    if form == "json":
        return as_json(found.to_dict())
    text: str = import_module(f"dsready.judging.{form}").render(found, seen)
    return text
