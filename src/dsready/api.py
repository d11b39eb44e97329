"""dsready as a library: the same as the command, without a terminal."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from blake3 import blake3

from dsready import cache as kept
from dsready import registry
from dsready.accepting import Acceptance
from dsready.config import Config, build_checks, levels, merge, read, selected_rules
from dsready.configfile import absolute, discover, from_here
from dsready.dataset.beginning import beginning
from dsready.dataset.dataset import MOST_FINDINGS, Inputs
from dsready.dataset.paths import STDIN, both
from dsready.dataset.reader import BATCH_ROWS
from dsready.dataset.shapes import AUTO, SHAPES
from dsready.dataset.source import open_source
from dsready.engine import run as engine
from dsready.engine.gates import Terms
from dsready.engine.local import SHARD_BYTES, Local
from dsready.errors import ConfigError
from dsready.files import scratch
from dsready.model import Severity
from dsready.plugins import suggestion
from dsready.sets import data_sets
from dsready.suppression.check import Suppressions
from dsready.targets import chosen
from dsready.task import Task
from dsready.text.tokens import counter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dsready.dataset.settings import Settings
    from dsready.model import Dimension, Finding, Report, Rule
    from dsready.suppression import Suppressor

#: What records in memory are called in the report.
MEMORY, MEMORY_EVAL = "<memory>", "<eval>"
Data = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Iterable[Mapping[str, Any]]


def lint(
    data: Data,
    *,
    eval: Data | None = None,  # noqa: A002  (the name of the command's option)
    config: Config | Mapping[str, Any] | str | os.PathLike[str] | None = None,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    min_score: int | None = None,
    data_set: str = "",
    jobs: int = 1,
    cache: bool = False,
) -> Report:
    """
    Lint a training set and return the report. Prints nothing, and never exits.

    Parameters
    ----------
    data, eval
        A path, several, or records in memory: an iterable of dicts, shown as `<memory>` and `<eval>`, read one by one.
    config
        A `Config`, a mapping of configuration keys, or the path of a file; None looks for one near the data, which is
        the working directory for records in memory.
    select, ignore
        Codes, prefixes or names of rules.
    min_score
        The score the gate asks for.
    data_set
        The name of the data set whose settings hold, where the configuration has several (`[[dataset]]`). Files need
        none if they belong to one.
    jobs
        Processes to use, at least one. More than one needs `if __name__ == "__main__":` in the script that calls.
    cache
        Keep what was measured, so that the next run scans only what is new; the report is the same.

    Raises
    ------
    ConfigError
        If an option or the configuration cannot be used.
    InputError
        If a file is missing, unreadable, or changes meanwhile.
    """
    if jobs < 1:
        raise ConfigError(f"jobs={jobs}: there must be a process", "leave it out for one")
    with scratch() as folder:
        names = {str(folder / "dsready-memory"): MEMORY, str(folder / "dsready-eval"): MEMORY_EVAL}
        memory, memory_eval = map(Path, names)
        paths = _paths(data, memory)
        evals = [] if eval is None else _paths(eval, memory_eval)
        settled, home = _configured(config, [path for path in paths if path not in names])
        partly = bool(settled.paths or settled.dataset)
        given = {"lint.select": select, "lint.ignore": ignore, "gate.min-score": min_score}
        said = {key: value for key, value in given.items() if value is not None}
        if data_set:
            settled = data_sets(settled, said, [data_set])[data_set]
        elif settled.dataset and str(memory) in paths:
            known = ", ".join(repr(name) for name in settled.data_sets)
            raise ConfigError("the configuration has several data sets", f"say which one it is: data_set={known}")
        else:
            given_data = {"paths": paths} if eval is None else {"paths": paths, "eval": evals}
            (settled,) = data_sets(settled, {**said, **given_data}).values()
        return run(
            paths,
            evals,
            settled,
            jobs=jobs,
            names=names,
            cache=cache,
            acceptance=Acceptance(settled, complete=not partly, home=home),
        )


def _configured(
    config: Config | Mapping[str, Any] | str | os.PathLike[str] | None, paths: Sequence[str]
) -> tuple[Config, str]:
    """Return the configuration, and its folder as seen from here."""
    if isinstance(config, Config):
        return config, ""
    if isinstance(config, Mapping):
        return merge(Config(), config, "config"), ""
    path = discover(paths) if config is None else Path(config)
    return (read(path), from_here(absolute(path).parent)) if path else (Config(), "")


def _paths(data: Data, memory: Path) -> list[str]:
    """Return the paths that `data` names, or that of `memory`, to which records are written as they come."""
    if isinstance(data, str | os.PathLike):
        return [os.fspath(data)]
    if isinstance(data, Mapping | bytes | bytearray) or not isinstance(data, Iterable):
        raise ConfigError(
            f"no data set: {type(data).__name__}", "give a path, a list of paths, or a list of records (dicts)"
        )
    if hasattr(data, "columns"):  # what iterating over a table gives are the names of its columns, or the columns
        raise ConfigError(
            f"no data set: {type(data).__name__}",
            "give its rows: to_dict('records') of pandas, to_dicts() of polars, to_pylist() of Arrow",
        )
    items: Iterator[Any] = iter(data)
    first = list(islice(items, 1))
    if first and isinstance(first[0], str | os.PathLike):
        rest = list(items)
        if all(isinstance(item, str | os.PathLike) for item in rest):
            return [os.fspath(item) for item in first + rest]
        items = iter(rest)
    with memory.open("wb") as file:
        file.writelines(_line(number, item) for number, item in enumerate(chain(first, items), 1))
    return [str(memory)]


def _line(number: int, item: Any) -> bytes:
    """Write a record as any program would: what JSON cannot say well becomes a finding, not an exception."""
    line = b""
    with contextlib.suppress(orjson.JSONEncodeError):  # a lone surrogate, an integer beyond 64 bits
        line = orjson.dumps(item, default=_plain, option=orjson.OPT_NON_STR_KEYS) + b"\n"
    if line and b"null" not in line:
        return line
    try:  # null may have been NaN: this library writes it as such, which is a finding, as it is in a file
        return json.dumps(item, default=_plain).encode() + b"\n"
    except Exception as error:  # whatever a stranger's object does when it is asked for words
        if line:
            return line
        raise ConfigError(f"record {number} cannot be written as JSON: {error!r}", "give plain values") from error


def _plain(value: Any) -> Any:
    """
    Say what JSON has no word for, the same in every run.

    Of a set its members in order, of an array all its values; of an image its pixels, not its place in memory.
    """
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if hasattr(value, "tolist"):  # an array: its words leave out what is in the middle
        return value.tolist()
    said = str(value)
    if " at 0x" not in said:
        return said
    content = value.tobytes() if hasattr(value, "tobytes") else b""
    return f"{type(value).__name__} {blake3(content).hexdigest()}"


def run(
    paths: Sequence[str],
    evals: Sequence[str],
    config: Config,
    *,
    jobs: int = 1,
    stdin_name: str = "<stdin>",
    progress: Callable[[int, int], None] | None = None,
    shard_bytes: int = SHARD_BYTES,
    batch_rows: int = BATCH_ROWS,
    names: Mapping[str, str] | None = None,
    listed: int = MOST_FINDINGS,
    cache: bool = False,
    acceptance: Acceptance | None = None,
    others: Sequence[Rule] = (),
    more: Sequence[Finding] = (),
    part: bool = False,
    most: int | None = None,
) -> Report:
    """
    Lint files under a configuration.

    Parameters
    ----------
    paths, evals
        Files, folders, globs; "-" is standard input. Where they are empty, those of the configuration are taken.
    config
        All else.
    jobs, shard_bytes, batch_rows
        How the work is cut; the report is the same for any.
    stdin_name, names
        What standard input, and other paths, are called in the report.
    progress
        Called with bytes done and bytes in all.
    listed
        Findings of a rule that the report lists one by one, from the top of the files; the counts are exact for any.
    cache
        Whether what was scanned is kept for the next run.
    acceptance
        Who accepts findings; None for whom the configuration names.
    others, more
        Rules that were asked before, and what they found; it is reported with all the rest.
    part
        Whether the files are only some of a data set, which cannot be judged by their number of records.
    most
        Bytes of each file that are looked at, up to the last whole line; None for all. The report says which were cut.
    """
    accepting = Acceptance(config) if acceptance is None else acceptance
    settings = config.settings.model_copy(update={"part": part})
    chosen(settings.targets)  # so is an unknown target
    checks = [check for check in build_checks(config) if check.applies(settings)]
    _check_format(settings.format)
    counter(settings.tokenizer)  # a wrong name is the user's mistake, not a crash of every check that counts tokens
    train_files, eval_files = both(paths or config.paths, evals or config.eval, config.exclude)
    shown = {STDIN: stdin_name, **(names or {})}
    with scratch() as folder:
        opened = [
            open_source(number, path, folder, shown.get(path, path))
            for number, path in enumerate([*train_files, *eval_files])
        ]
        if most is not None:
            opened = [beginning(source, most, folder) for source in opened]
        inputs = Inputs(opened[: len(train_files)], opened[len(train_files) :], settings)
        with Local(jobs, sum(source.size for source in inputs.train), folder, early=not cache) as machine:
            report = engine.run(
                checks,
                inputs,
                _terms(config, settings, listed, tuple(accepting.suppressors(folder)), others, more),
                machine,
                shard_bytes=shard_bytes,
                batch_rows=batch_rows,
                progress=progress,
                keeps=cache,
            )
    if cache and not part:  # once is enough for all parts
        kept.trim()
    if config.task == Task() or part:  # nothing is said of the task, or too little is seen of the data
        return report
    from dsready.decide import advice  # noqa: PLC0415  (10 ms that most runs have no use for)
    from dsready.decide.facts import facts_of  # noqa: PLC0415  (the same)

    return report.model_copy(update={"decision": advice(config.task, facts_of(report))})


def _check_format(name: str) -> None:
    known = [AUTO, *dict.fromkeys(shape.id for shape in SHAPES)]
    if name not in known:
        raise ConfigError(f"no record shape is called {name!r}", suggestion(name, known))


def _terms(
    config: Config,
    settings: Settings,
    listed: int,
    suppressors: Sequence[Suppressor],
    others: Sequence[Rule] = (),
    more: Sequence[Finding] = (),
) -> Terms:
    feeds: dict[Dimension, set[str]] = {}
    for id_, check in registry.load().items():
        if check().applies(settings):
            for rule in check.rules:
                feeds.setdefault(rule.dimension, set()).add(id_)
    return Terms(
        rules=frozenset(selected_rules(config)),
        levels=levels(config),
        feeds={dimension: frozenset(ids) for dimension, ids in feeds.items()},
        not_applicable=frozenset(config.score.not_applicable),
        min_score=config.gate.min_score,
        require=config.gate.require,
        listed=listed,
        fail_on=None if config.lint.fail_on == "never" else Severity(config.lint.fail_on),
        max_warnings=config.lint.max_warnings,
        suppressors=suppressors,
        others=(*others, *(Suppressions.rules if suppressors else ())),
        more=more,
        packages=registry.packages(),
        texts=config.lint.show_content == "always",
    )
