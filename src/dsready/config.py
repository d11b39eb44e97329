"""The configuration: one frozen model, where it is found, and what is laid over it."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, field_validator

from dsready import registry
from dsready.configfile import PYPROJECT, absolute, from_here, shown, table_of
from dsready.dataset.settings import ESTIMATE, TIKTOKEN, Goal, Settings
from dsready.errors import ConfigError
from dsready.model import Dimension, Severity
from dsready.plugins import suggestion
from dsready.tables import Count, Percent, Positive, Table
from dsready.task import Task
from dsready.validation import validated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dsready.check import Check

A = TypeVar("A", bound="About")
FailOn = Literal["error", "warning", "info", "never"]
ShowContent = Literal["never", "always"]

#: A list of names, or one name, or "" for none.
Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda given: ((given,) if given else ()) if isinstance(given, str) else given),
]

#: What is taken where nothing is named, if it is there.
BASELINE, IGNORES = "dsready-baseline.json", "dsready-ignore.txt"


class Lint(Table):
    """Which rules are checked, how bad each is, which findings are accepted, and what makes the run fail."""

    select: tuple[str, ...] = Field(("ALL",), description="Codes, prefixes, names or check ids of the rules to check.")
    ignore: tuple[str, ...] = Field((), description="Rules to leave out of those selected.")
    fail_on: FailOn = Field("error", description="The mildest level of finding that makes the run fail.")
    since: str = Field("", description="A git revision, or an older copy: findings on its records are not reported.")
    max_warnings: Count | None = Field(None, description="Fail if there are more warnings than this.")
    max_examples: Count | None = Field(
        None, description="Findings shown of each rule; 0 shows all.  [default: 3; all in lists such as concise]"
    )
    show_content: ShowContent = Field("never", description="Whether results quote records: never or always.")
    levels: dict[str, Severity] = Field({}, description="Another level for a rule: CODE = error, warning or info.")
    per_file_ignores: dict[str, tuple[str, ...]] = Field({}, description="Rules that files may break, by pattern.")
    ignore_file: str | None = Field(
        None, description=f"Decisions about single records.  [default: {IGNORES}, if it is there]"
    )
    suppress_key: str = Field("", description="The key of a record that says which rules it may break, as a.b.")
    baseline: str | None = Field(
        None, description=f"Findings that are accepted, by record.  [default: {BASELINE}, if it is there]"
    )


class Scoring(Table):
    """What the readiness score may assume."""

    not_applicable: tuple[Dimension, ...] = Field((), description="Dimensions that are meant to be not assessed.")


class Gating(Table):
    """What the data set needs for being called ready."""

    min_score: Percent = Field(70, description="The readiness score that is required.")
    require: tuple[Dimension, ...] = Field((), description="Dimensions that must have been assessed.")


class About(Table):
    """
    What can be said of a data set.

    `checks` holds one table of options for each check id; they are validated by the checks' own models when the checks
    are built.
    """

    paths: tuple[str, ...] = Field((), description="Training data, where the command line names none.")
    eval: tuple[str, ...] = Field((), description="Evaluation data; leakage is checked against it.")
    exclude: tuple[str, ...] = Field((), description="Patterns of paths to leave out.")
    format: str = Field("auto", description="The id of the records' shape, or auto.")
    target: Names = Field((), description="The trainers and providers that the data is for; see dsready targets.")
    task: Task = Field(Task(), description="What the model is to do, and what was tried: see dsready decide.")
    goal: Goal = Field("general", description="What the model is tuned for; sets the example counts to judge by.")
    tokenizer: str = Field(ESTIMATE, description="estimate, tiktoken:NAME, or the path of a tokenizer.json.")
    context_length: Positive | None = Field(None, description="The model's context, in tokens of the tokenizer.")
    max_line_bytes: Positive = Field(64 << 20, description="Longer lines are reported and skipped.")
    score: Scoring = Scoring()
    gate: Gating = Gating()
    checks: dict[str, dict[str, Any]] = Field({}, description="Options of the checks, by check id.")


class Named(About):
    """One of several data sets: what is said here holds for it instead of what is said for all."""

    name: Annotated[str, Field(min_length=1, description="What it is called in reports.")]


class Config(About):
    """Everything a configuration file can say. Where it names data sets, a run without paths lints each."""

    lint: Lint = Lint()
    dataset: tuple[Named, ...] = Field((), description="Several data sets, each judged by itself.")

    @field_validator("dataset")
    @classmethod
    def _distinct(cls, sets: tuple[Named, ...]) -> tuple[Named, ...]:
        names = [one.name for one in sets]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two data sets are called {name!r}")
        return sets

    @property
    def settings(self) -> Settings:
        """What checks may know of it."""
        return Settings(
            goal=self.goal,
            tokenizer=self.tokenizer,
            context_length=self.context_length,
            max_line_bytes=self.max_line_bytes,
            format=self.format,
            targets=self.target,
            suppress_key=self.lint.suppress_key,
        )

    @property
    def data_sets(self) -> dict[str, Config]:
        """The configuration of each data set by its name; of the only one, under "", where none is named."""
        if not self.dataset:
            return {"": self}
        return {named.name: self._of(named) for named in self.dataset}

    def _of(self, named: Named) -> Config:
        tables = named.model_dump(by_alias=True, exclude_unset=True, exclude={"name"})
        rest = self.model_copy(update={"dataset": (), "paths": ()})
        return merge(rest, tables)


def read(path: Path) -> Config:
    """
    Read a configuration file. The paths in it are relative to its folder.

    Raises
    ------
    ConfigError
        If it cannot be read, is no TOML, or holds an unknown key or a value of the wrong type.
    """
    table = table_of(path)
    prefix = "tool.dsready." if path.name == PYPROJECT else ""
    config = validated(Config, {} if table is None else table, f"{shown(path)}: ", prefix)
    folder = absolute(path).parent
    lint = config.lint
    since = _beside(folder, lint.since)
    accepting = {
        "since": since if os.path.isfile(since) else lint.since,  # noqa: PTH113  (pathlib raises where it is too long)
        "per_file_ignores": {_pattern(folder, key): codes for key, codes in lint.per_file_ignores.items()},
        "ignore_file": lint.ignore_file and _beside(folder, lint.ignore_file),
        "baseline": lint.baseline and _beside(folder, lint.baseline),
    }
    if config.dataset and config.paths:
        raise ConfigError(
            f"{shown(path)}: paths stand beside [[dataset]]", "make them a [[dataset]] of their own, with a name"
        )
    return _moved(config, folder).model_copy(
        update={
            "lint": lint.model_copy(update=accepting),
            "dataset": tuple(_moved(named, folder) for named in config.dataset),
        }
    )


def merge(config: Config, overrides: Mapping[str, Any], where: str = "command line") -> Config:
    """
    Lay `overrides` over `config`; tables are merged, everything else is replaced.

    Keys are spelled as in the file; `{"gate": {"min-score": 80}}` and `{"gate.min-score": 80}` are the same.

    Raises
    ------
    ConfigError
        If a key is unknown or a value has the wrong type; `where` is the place it names.
    """
    tables = config.model_dump(by_alias=True, exclude_unset=True)
    for key, value in overrides.items():
        _put(tables, key.split("."), value)
    return validated(Config, tables, f"{where}: ")


def selected_rules(config: Config) -> set[str]:
    """
    Return the codes of the rules to check.

    Raises
    ------
    ConfigError
        If a name in `select` or `ignore` stands for no rule, or if no rule is left.
    """
    known = registry.rules()
    chosen = registry.select(config.lint.select, known) - registry.select(config.lint.ignore, known)
    if not chosen:
        raise ConfigError("no rule is selected, so nothing would be checked", "see lint.select and lint.ignore")
    return chosen


def levels(config: Config) -> dict[str, Severity]:
    """
    Return the level of every rule whose level is changed, by code. A code weighs more than a prefix.

    Raises
    ------
    ConfigError
        If a name in `levels` stands for no rule.
    """
    known = registry.rules()
    groups = [(registry.select([name], known), level) for name, level in config.lint.levels.items()]
    widest_first = sorted(groups, key=lambda group: -len(group[0]))
    return {code: level for codes, level in widest_first for code in sorted(codes)}


def build_checks(config: Config) -> list[Check[Any]]:
    """
    Return the checks that own a selected rule, each with the options of its table.

    Raises
    ------
    ConfigError
        If a table belongs to no installed check, or holds an unknown option or a value of the wrong type.
    PluginError
        If a check cannot be loaded.
    """
    installed = registry.load()
    for id_ in config.checks:
        if id_ not in installed:
            raise ConfigError(f"configuration: no check is called {id_!r}", suggestion(id_, installed))
    wanted = selected_rules(config)
    built = {
        id_: validated(check, config.checks.get(id_, {}), "configuration: ", f"checks.{id_}.")
        for id_, check in installed.items()
    }
    return [check for check in built.values() if any(rule.code in wanted for rule in check.rules)]


def per_file_ignores(config: Config) -> dict[str, frozenset[str]]:
    """
    Return the codes of the rules that files may break, by the pattern of their paths.

    Raises
    ------
    ConfigError
        If a name stands for no rule.
    """
    return {pattern: codes(names) for pattern, names in config.lint.per_file_ignores.items()}


def codes(names: Iterable[str]) -> frozenset[str]:
    """
    Return the codes of the rules that names stand for.

    Raises
    ------
    ConfigError
        If one stands for no rule.
    """
    return frozenset(registry.select(names, registry.rules()))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the configuration file, the options of the installed checks included."""
    schema = Config.model_json_schema(by_alias=True)
    options = schema["properties"]["checks"]["properties"] = {}
    for id_, check in registry.load().items():
        table = check.model_json_schema(by_alias=True)
        schema["$defs"] |= table.pop("$defs", {})
        options[id_] = table | {"description": (check.__doc__ or "").strip().partition("\n")[0]}
    schema["properties"]["checks"]["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "dsready configuration"}


def _moved(about: A, folder: Path) -> A:
    """Return what is said of a data set with its paths as seen from the working directory."""
    given = about.model_fields_set
    moved: dict[str, Any] = {
        key: tuple(_beside(folder, value) for value in getattr(about, key)) for key in ("paths", "eval") if key in given
    }
    if "exclude" in given:
        moved["exclude"] = tuple(_pattern(folder, value) for value in about.exclude)
    if about.tokenizer != ESTIMATE and not about.tokenizer.startswith(TIKTOKEN):
        moved["tokenizer"] = _beside(folder, about.tokenizer)
    return about.model_copy(update=moved)


def _pattern(folder: Path, pattern: str) -> str:
    """Return a pattern as seen from the working directory; one that begins with `*` goes for every folder."""
    if pattern.startswith("*"):
        return pattern
    return _joined(glob.escape(from_here(folder)), pattern)


def _beside(folder: Path, path: str) -> str:
    """Return a path of a configuration file as seen from the working directory."""
    if path == "-":
        return path
    start = from_here(folder)
    return _joined(glob.escape(start) if glob.has_magic(path) else start, path)  # only its own wildcards are meant


def _joined(start: str, path: str) -> str:
    return path if Path(path).is_absolute() else Path(os.path.normpath(Path(start, path))).as_posix()


def _put(tables: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Lay a value over what stands at a path; the names in a table may hold dots themselves."""
    head, rest = path[0], path[1:]
    if not rest and not isinstance(value, dict):
        tables[head] = value
        return
    inner = tables[head] if isinstance(tables.get(head), dict) else {}
    tables[head] = inner
    if rest:
        _put(inner, rest, value)
    else:
        for name, part in value.items():
            _put(inner, [name], part)
