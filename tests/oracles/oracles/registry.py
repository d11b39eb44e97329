"""Which oracles there are: what each needs installed, what asks it, and which targets it judges in which shapes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parents[1]
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Environment:
    """
    A virtual environment, shared by the oracles that bear each other.

    Attributes
    ----------
    name
        Its folder.
    requires
        What pip installs, with what that needs.
    bare
        What pip installs alone: what it needs would be gigabytes, or another Python, and is never called.
    """

    name: str
    requires: tuple[str, ...]
    bare: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where it is."""
        return Path(os.environ.get("DSREADY_ORACLES") or ROOT / ".oracles") / self.name

    @property
    def here(self) -> bool:
        """Whether this Python has what is needed, in the versions that are: then no other is."""
        return not self.bare and all(_version(name) == wanted for name, _, wanted in map(_pin, self.requires))

    @property
    def python(self) -> Path:
        """Its interpreter."""
        if self.here:
            return Path(sys.executable)
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def lines(self) -> str:
        """What is installed, as it must be for the environment to be used."""
        return "\n".join((*self.requires, *(f"--no-deps {line}" for line in self.bare))) + "\n"

    @property
    def installed(self) -> bool:
        """Whether it is there, complete and as it is described here."""
        done = self.folder / "installed.txt"
        return self.here or (done.exists() and done.read_text(encoding="utf-8") == self.lines)


def _pin(requirement: str) -> tuple[str, str, str]:
    return requirement.partition("==")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


@dataclass(frozen=True)
class Oracle:
    """
    A validator of records or files.

    Attributes
    ----------
    name
        What it is called here.
    environment
        Where it lives.
    adapter
        The script that asks it.
    target
        The target of dsready that it judges.
    parts
        The shapes of records it judges, and what it is told to take each as.
    rows
        Whether it judges records, or only files.
    files
        Whether it reads files itself, or only records that somebody has parsed.
    whole
        Whether what it says of a record depends on the others in its file, so that only files are compared.
    """

    name: str
    environment: Environment
    adapter: str
    target: str
    parts: dict[str, str] = field(default_factory=dict)
    rows: bool = True
    files: bool = True
    whole: bool = False

    def part(self, shape: str) -> str:
        """Return what it is told to take a shape as; the first of its parts if it does not know it."""
        return self.parts.get(shape, next(iter(self.parts.values())))

    @property
    def command(self) -> list[str]:
        """What starts it."""
        return [str(self.environment.python), str(HERE / "adapters" / f"ask_{self.adapter}.py")]


_TOGETHER = Environment("together-2", ("together==2.14.0",))
_TOGETHER_1 = Environment("together-1", ("together==1.5.35",))
_MISTRAL = Environment("mistral-common", ("mistral-common==1.13.1",))
_GOOGLE = Environment("google-genai", ("google-genai==3.4.0",))
_OPENPIPE = Environment("openpipe", ("openpipe==5.0.0",))
_OPENAI = Environment("openai", ("openai==3.54.0",))
_OPENAI_LEGACY = Environment("openai-legacy", ("openai==0.28.1", "pandas"))
_FIREWORKS = Environment(
    "fireworks-ai", ("httpx", "pydantic", "anyio", "distro", "sniffio", "typing_extensions"), ("fireworks-ai==1.2.30",)
)
_SAGEMAKER = Environment("sagemaker-train", ("jsonschema",), ("sagemaker-train==1.27.0",))
_NOVA = Environment(
    "nova-forge", ("boto3", "filetype", "pydantic", "pyarrow", "typing_extensions"), ("amzn-nova-forge==1.4.10",)
)
_DATASETS_3 = Environment("datasets-3", ("datasets==3.6.0",))
_TRAINERS = Environment(
    "trainers",
    ("datasets==5.2.0", "transformers==5.23.0", "jinja2", "addict", "colorama"),
    (
        "axolotl==0.19.0",
        "llamafactory==0.9.5",
        "llm-foundry==0.22.0",
        "mlx-lm==0.32.2",
        "ms-swift==4.6.0",
        "tinker-cookbook==0.6.1",
        "torchtune==0.6.1",
        "trl==1.16.0",
        "unsloth-zoo==2026.10.9",
    ),
)

_CHATS = ("chat", "tools", "vision")
_EVERYTHING = dict.fromkeys(
    (
        *_CHATS,
        *("prompt-completion", "prompt-response", "text", "alpaca", "sharegpt", "input-output", "segments"),
        *("openai-preference", "pair", "pair-implicit", "kto", "stepwise", "sharegpt-pair", "alpaca-pair"),
        *("converse", "converse-pair", "gemini", "gemini-preference", "gemini-rft", "rft"),
    ),
    "",
)


def _mistral(version: str) -> Oracle:
    return Oracle(
        f"mistral-common-{version}",
        _MISTRAL,
        "mistral_common",
        "mistral-common",
        dict.fromkeys(_CHATS, version),
        files=False,
    )


def _trl(trainer: str, *shapes: str) -> Oracle:
    return Oracle(f"trl-{trainer}", _TRAINERS, "trl", f"trl-{trainer}", dict.fromkeys(shapes, trainer))


ORACLES = (
    Oracle(
        "together-2.14.0",
        _TOGETHER,
        "together",
        "together",
        dict.fromkeys((*_CHATS, "prompt-completion", "text", "openai-preference", "alpaca", "sharegpt"), ""),
    ),
    Oracle("together-1.5.35", _TOGETHER_1, "together", "together", dict.fromkeys(("chat", "text"), "")),
    Oracle("datasets-5.2.0", _TRAINERS, "datasets", "hf-datasets", _EVERYTHING, whole=True),
    Oracle("datasets-3.6.0", _DATASETS_3, "datasets", "hf-datasets-3", _EVERYTHING, whole=True),
    _trl("sft", *_CHATS, "sharegpt", "prompt-completion", "prompt-completion-chat", "text", "alpaca"),
    _trl("dpo", "pair", "pair-chat", "pair-implicit"),
    _trl("kto", "kto", "kto-chat", "pair", "pair-chat", "pair-implicit"),
    _trl("reward", "pair", "pair-chat", "pair-implicit"),
    Oracle(
        "axolotl",
        _TRAINERS,
        "axolotl",
        "axolotl",
        {
            **dict.fromkeys(_CHATS, "chat_template"),
            "alpaca": "alpaca",
            "text": "completion",
            "segments": "input_output",
            "stepwise": "stepwise",
            "pair": "dpo",
            "pair-messages": "dpo_chat",
            "prompt-generation": "metharme",
        },
    ),
    Oracle(
        "llamafactory",
        _TRAINERS,
        "llamafactory",
        "llamafactory",
        {
            "alpaca": "alpaca",
            "sharegpt": "sharegpt",
            "alpaca-pair": "alpaca-dpo",
            "sharegpt-pair": "sharegpt-dpo",
            "alpaca-kto": "alpaca-kto",
            "sharegpt-kto": "sharegpt-kto",
            **dict.fromkeys(_CHATS, "openai"),
        },
    ),
    Oracle(
        "torchtune",
        _TRAINERS,
        "torchtune",
        "torchtune",
        {
            **dict.fromkeys(_CHATS, "openai"),
            "sharegpt": "sharegpt",
            "alpaca": "alpaca",
            "input-output": "input-output",
            "pair-implicit": "preference",
            "stack-exchange": "stack-exchange",
        },
    ),
    Oracle(
        "ms-swift",
        _TRAINERS,
        "ms_swift",
        "ms-swift",
        dict.fromkeys((*_CHATS, "sharegpt", "alpaca", "query-response", "prompt-completion"), ""),
    ),
    Oracle(
        "llm-foundry",
        _TRAINERS,
        "llm_foundry",
        "llm-foundry",
        dict.fromkeys((*_CHATS, "prompt-response"), ""),
        files=False,
    ),
    Oracle("mlx-lm", _TRAINERS, "mlx_lm", "mlx-lm", dict.fromkeys((*_CHATS, "prompt-completion", "text"), "")),
    Oracle("unsloth", _TRAINERS, "unsloth", "unsloth", dict.fromkeys(("sharegpt", "sharegpt-openai"), ""), whole=True),
    _mistral("v3"),
    _mistral("v7"),
    _mistral("v13"),
    Oracle("google-genai", _GOOGLE, "google_genai", "vertex-gemini", {"gemini": ""}, files=False),
    Oracle(
        "google-genai-preference",
        _GOOGLE,
        "google_genai",
        "vertex-gemini-preference",
        {"gemini-preference": "preference"},
        files=False,
    ),
    Oracle("google-genai-rft", _GOOGLE, "google_genai", "vertex-gemini-rft", {"gemini-rft": "rft"}, files=False),
    Oracle("nova-forge", _NOVA, "nova_forge", "bedrock-nova", {"converse": "sft/NOVA_LITE_2"}),
    Oracle("nova-forge-rft", _NOVA, "nova_forge", "bedrock-nova-rft", {"rft": "rft/NOVA_LITE_2"}),
    Oracle("sagemaker", _SAGEMAKER, "sagemaker", "sagemaker", _EVERYTHING),
    Oracle(
        "sagemaker-strict",
        _SAGEMAKER,
        "sagemaker",
        "sagemaker",
        dict.fromkeys(("prompt-completion", "input-output", "pair"), "strict"),
    ),
    Oracle(
        "openpipe", _OPENPIPE, "openpipe", "openpipe", dict.fromkeys((*_CHATS, "openpipe-preference"), ""), files=False
    ),
    Oracle("openai-types", _OPENAI, "openai", "openai-sft", {"chat": "", "tools": ""}, files=False),
    Oracle("openai-types-vision", _OPENAI, "openai", "openai-vision", {"vision": ""}, files=False),
    Oracle("openai-types-dpo", _OPENAI, "openai", "openai-dpo", {"openai-preference": "dpo"}, files=False),
    Oracle(
        "openai-legacy",
        _OPENAI_LEGACY,
        "openai_legacy",
        "openai-completions",
        {"prompt-completion": ""},
        rows=False,
    ),
    Oracle("fireworks", _FIREWORKS, "fireworks", "fireworks", _EVERYTHING, rows=False),
)
ENVIRONMENTS = tuple(dict.fromkeys(oracle.environment.name for oracle in ORACLES))


def environments(names: list[str]) -> list[Environment]:
    """Return the environments of the oracles, or of themselves, that are named; all if none is."""
    wanted = {
        oracle.environment.name: oracle.environment
        for oracle in ORACLES
        if not names or oracle.name in names or oracle.environment.name in names or oracle.target in names
    }
    return list(wanted.values())


def named(name: str) -> list[Oracle]:
    """Return the oracles of a name, of an environment or of a target."""
    return [each for each in ORACLES if name in (each.name, each.environment.name, each.target)]
