"""The configuration: one frozen model, where it is found, and what is laid over it."""

from __future__ import annotations

import glob
import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dsready import registry
from dsready.check import kebab
from dsready.dataset.settings import ESTIMATE, TIKTOKEN, Goal, Settings
from dsready.errors import ConfigError
from dsready.escape import visible
from dsready.model import Dimension, Frozen, Severity
from dsready.plugins import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dsready.check import Check

M = TypeVar("M", bound=BaseModel)
Positive = Annotated[int, Field(gt=0, strict=True)]
Count = Annotated[int, Field(ge=0, strict=True)]
Percent = Annotated[int, Field(ge=0, le=100, strict=True)]
FailOn = Literal["error", "warning", "info", "never"]

#: A list of names, or one name, or "" for none.
Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda given: ((given,) if given else ()) if isinstance(given, str) else given),
]

NAMES = ("dsready.toml", ".dsready.toml", "pyproject.toml")

#: pydantic speaks of Python's types; whoever writes TOML knows others.
WORDS = (
    (re.compile(r" or instance of \w+"), ""),
    (re.compile(r"valid dictionary"), "table"),
    (re.compile(r"valid (tuple|list)"), "list"),
)


class Table(Frozen):
    """A table of the configuration file; its keys are spelled in kebab case."""

    model_config = ConfigDict(alias_generator=kebab, populate_by_name=True)


class Lint(Table):
    """Which rules are checked, how bad each is, and what makes the run fail."""

    select: tuple[str, ...] = Field(("ALL",), description="Codes, prefixes, names or check ids of the rules to check.")
    ignore: tuple[str, ...] = Field((), description="Rules to leave out of those selected.")
    fail_on: FailOn = Field("error", description="The mildest level of finding that makes the run fail.")
    max_warnings: Count | None = Field(None, description="Fail if there are more warnings than this.")
    max_examples: Count = Field(3, description="Findings shown of each rule; 0 shows all.")
    levels: dict[str, Severity] = Field({}, description="Another level for a rule: CODE = error, warning or info.")


class Scoring(Table):
    """What the readiness score may assume."""

    not_applicable: tuple[Dimension, ...] = Field((), description="Dimensions that are meant to be not assessed.")


class Gating(Table):
    """What the data set needs for being called ready."""

    min_score: Percent = Field(70, description="The readiness score that is required.")
    require: tuple[Dimension, ...] = Field((), description="Dimensions that must have been assessed.")


class Config(Table):
    """
    Everything a configuration file can say.

    `checks` holds one table of options for each check id; they are validated by the checks' own models when the checks
    are built.
    """

    paths: tuple[str, ...] = Field((), description="Training data, where the command line names none.")
    eval: tuple[str, ...] = Field((), description="Evaluation data; leakage is checked against it.")
    exclude: tuple[str, ...] = Field((), description="Patterns of paths to leave out.")
    format: str = Field("auto", description="The id of the records' shape, or auto.")
    target: Names = Field((), description="The trainers and providers that the data is for; see dsready targets.")
    goal: Goal = Field("general", description="What the model is tuned for; sets the example counts to judge by.")
    tokenizer: str = Field(ESTIMATE, description="estimate, tiktoken:NAME, or the path of a tokenizer.json.")
    context_length: Positive | None = Field(None, description="The model's context, in tokens of the tokenizer.")
    max_line_bytes: Positive = Field(64 << 20, description="Longer lines are reported and skipped.")
    lint: Lint = Lint()
    score: Scoring = Scoring()
    gate: Gating = Gating()
    checks: dict[str, dict[str, Any]] = Field({}, description="Options of the checks, by check id.")

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
        )


def discover(paths: Sequence[str]) -> Path | None:
    """
    Return the closest configuration file above `paths`, or above the working directory if there are none.

    The search starts in the folder all paths have in common and ends at the root of the repository. A `pyproject.toml`
    without a `[tool.dsready]` table is passed over.
    """
    start = _common_folder([path for path in paths if path != "-"])
    for folder in (start, *start.parents):
        for name in NAMES:
            path = folder / name
            if path.is_file() and _section(path, _toml(path)) is not None:
                return path
        if (folder / ".git").exists():
            return None
    return None


def read(path: Path) -> Config:
    """
    Read a configuration file. The paths in it are relative to its folder.

    Raises
    ------
    ConfigError
        If it cannot be read, is no TOML, or holds an unknown key or a value of the wrong type.
    """
    table = _section(path, _toml(path))
    prefix = "tool.dsready." if path.name == "pyproject.toml" else ""
    config = _validate(Config, {} if table is None else table, f"{_shown(path)}: ", prefix)
    folder = _absolute(path).parent
    given = config.model_fields_set
    moved: dict[str, Any] = {
        key: tuple(_beside(folder, value) for value in getattr(config, key))
        for key in ("paths", "eval")
        if key in given
    }
    if config.tokenizer != ESTIMATE and not config.tokenizer.startswith(TIKTOKEN):
        moved["tokenizer"] = _beside(folder, config.tokenizer)
    return config.model_copy(update=moved)


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
        _put(tables, key, value)
    return _validate(Config, tables, f"{where}: ")


def fragment(text: str) -> dict[str, Any]:
    """
    Parse `key = value` as given to `--config`.

    Raises
    ------
    ConfigError
        If it is no TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = """a text needs quotes: --config 'goal = "style"'"""
        raise ConfigError(f"--config {visible(text)}: {_reason(error)[0]}", hint) from error


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
        id_: _validate(check, config.checks.get(id_, {}), "configuration: ", f"checks.{id_}.")
        for id_, check in installed.items()
    }
    return [check for check in built.values() if any(rule.code in wanted for rule in check.rules)]


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


def _absolute(path: Path) -> Path:
    """Return an absolute path without `..`; links stay, for a linked configuration belongs where the link is."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _common_folder(paths: Sequence[str]) -> Path:
    places = [_fixed(path) for path in paths]
    folders = [_absolute(place if os.path.isdir(place) else place.parent) for place in places]  # noqa: PTH112  (see below)
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # none given, or on several drives
        return Path.cwd()


def _fixed(path: str) -> Path:
    """Return what of a path stands before its first wildcard."""
    whole = Path(path)
    if os.path.exists(path):  # noqa: PTH110  (Path.exists raises where a name is too long)
        return whole
    wild = [number for number, part in enumerate(whole.parts) if glob.has_magic(part)]
    return Path(*whole.parts[: wild[0] + 1]) if wild else whole


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read {_shown(path)}: {error.strerror}", "see --config and DSREADY_CONFIG") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{_shown(path)}: byte {error.start} is not UTF-8", "save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        reason, line = _reason(error)
        raise ConfigError(f"{_shown(path)}{line}: {reason}", "the file is no valid TOML") from error


def _reason(error: tomllib.TOMLDecodeError) -> tuple[str, str]:
    """Return what tomllib has to say, and `:line` if it knows the line."""
    reason, _, place = str(error).partition(" (at ")
    line = re.match(r"line (\d+)", place)
    return visible(reason, 200), f":{line[1]}" if line else ""


def _section(path: Path, content: dict[str, Any]) -> Any:
    """Return what of a file is for us: all of it, or its `[tool.dsready]`; None if it has none."""
    if path.name != "pyproject.toml":
        return content
    tool = content.get("tool", {})
    return tool.get("dsready") if isinstance(tool, dict) else None


def _shown(path: Path) -> str:
    """Return a path as short as it can be said from here."""
    absolute = _absolute(path)
    here = Path.cwd()
    return visible((absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix(), 500)


def _beside(folder: Path, path: str) -> str:
    """Return a path of a configuration file as seen from the working directory."""
    if path == "-" or Path(path).is_absolute():
        return path
    here = Path.cwd()
    start = "" if folder == here else (folder.relative_to(here) if folder.is_relative_to(here) else folder).as_posix()
    if glob.has_magic(path):
        start = glob.escape(start)  # only the file's own wildcards are meant
    return Path(os.path.normpath(Path(start, path))).as_posix()


def _put(tables: dict[str, Any], key: str, value: Any) -> None:
    head, _, rest = key.partition(".")
    if not rest and not isinstance(value, dict):
        tables[head] = value
        return
    inner = tables[head] if isinstance(tables.get(head), dict) else {}
    tables[head] = inner
    for name, part in {rest: value}.items() if rest else value.items():
        _put(inner, name, part)


def _validate(model: type[M], table: Any, where: str, prefix: str = "") -> M:
    if isinstance(table, dict):
        known = [prefix + key for key in _keys(model)]
        for key in _unknown(model, table):
            raise ConfigError(f"{where}unknown key {prefix + key!r}", suggestion(prefix + key, known))
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise ConfigError(*_sentence(error, where, prefix)) from None


def _tables(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel] | None]]:
    """Yield each key of a model, with the model of its table if it is one."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        yield field.alias or name, inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for key, inner in _tables(model):
        if inner is None:
            yield key
        else:
            yield from (f"{key}.{name}" for name in _keys(inner))


def _unknown(model: type[BaseModel], table: dict[str, Any]) -> Iterator[str]:
    known = dict(_tables(model))
    for key, value in table.items():
        inner = known.get(key)
        if key not in known:
            yield key
        elif inner is not None and isinstance(value, dict):
            yield from (f"{key}.{name}" for name in _unknown(inner, value))


def _sentence(error: ValidationError, where: str, prefix: str) -> tuple[str, str]:
    """Say the first thing pydantic found in words of the configuration file: what, and a hint."""
    first = error.errors(include_url=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    key = (prefix + place.removeprefix(".")).removesuffix(".")
    said = first["msg"]
    for pattern, word in WORDS:
        said = pattern.sub(word, said)
    value = first["input"]
    if said.startswith("Input should"):
        got = "a table" if isinstance(value, dict) else repr(value)
        said = f"{key!r} {said.removeprefix('Input ')}, not {visible(got)}"
    else:
        said = f"{key!r}: {said}"
    choices = re.findall(r"'([^']*)'", str(first.get("ctx", {}).get("expected", "")))
    return where + said, suggestion(value, choices) if choices and isinstance(value, str) else ""
