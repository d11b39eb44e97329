"""
What the shell completes: rules, formats, targets, shapes. Nothing heavy is imported, a key press must be instant.

The names of what ships are spelled out here, and compared by a test; what is installed besides has entry points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from click.shell_completion import BashComplete, CompletionItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

#: The codes of the rules that ship, and their names.
RULES = {
    "CNT001": "below-floor",
    "CNT002": "below-recommended",
    "CNT003": "nothing-examined",
    "DSR001": "unused-suppression",
    "DSR002": "no-older-version",
    "DUP001": "exact-duplicate",
    "DUP002": "near-duplicate",
    "DUP003": "conflicting-answers",
    "DUP004": "repeated-answer",
    "FMT001": "invalid-json",
    "FMT002": "not-an-object",
    "FMT003": "invalid-utf8",
    "FMT004": "duplicate-key",
    "FMT005": "byte-order-mark",
    "FMT006": "not-jsonl",
    "FMT007": "lfs-pointer",
    "FMT008": "empty-file",
    "FMT009": "blank-line",
    "FMT010": "oversized-line",
    "FMT011": "damaged-archive",
    "FMT012": "cr-line-ends",
    "FRM001": "answer-not-parsable",
    "FRM002": "answer-keys",
    "FRM003": "answer-type",
    "FRM004": "rare-value",
    "FRM005": "prose-around",
    "FRM006": "answer-format",
    "FRM007": "near-identical-labels",
    "FRM008": "few-per-class",
    "FRM009": "class-imbalance",
    "KNW001": "knowledge-trap",
    "LEK001": "exact-leak",
    "LEK002": "near-leak",
    "LEK003": "contained-leak",
    "LEK004": "answer-leak",
    "LEK005": "small-eval-set",
    "LEK006": "eval-not-comparable",
    "LEK007": "no-eval-set",
    "LEN001": "over-context",
    "LEN002": "answer-cut-off",
    "LEN003": "length-outlier",
    "LEN004": "empty-answer",
    "LNG001": "minority-language",
    "LNG002": "answer-language-differs",
    "PRF001": "identical-pair",
    "PRF002": "empty-side",
    "PRF003": "contradictory-pairs",
    "PRF004": "length-bias",
    "PRF005": "unrelated-sides",
    "PRM001": "constant-prompt",
    "PRM002": "prompt-drift",
    "PRM003": "prompt-in-some",
    "ROL001": "unknown-role",
    "ROL002": "no-answer",
    "ROL003": "role-order",
    "ROL004": "empty-message",
    "ROL005": "tool-arguments",
    "ROL006": "undeclared-tool",
    "ROL007": "unmatched-tool-result",
    "SCH001": "unknown-shape",
    "SCH002": "mixed-shapes",
    "SCH003": "type-conflict",
    "SCH004": "key-drift",
    "SCH005": "invalid-example",
    "SEC001": "secret",
    "SEC002": "personal-data",
    "TGT001": "target-refuses",
    "TGT002": "target-stops",
    "TGT003": "target-changes",
    "TGT004": "target-drops",
    "TGT005": "target-cuts",
    "TGT006": "target-ignores",
    "TGT007": "target-warns",
    "TGT008": "target-may-object",
    "TGT009": "target-ended",
    "TXT001": "broken-encoding",
    "TXT002": "control-character",
    "TXT003": "control-token",
    "TXT004": "placeholder",
    "TXT005": "refusal",
    "TXT006": "cut-short",
    "TXT007": "repetition",
    "TXT008": "prompt-echo",
    "XDS001": "duplicate-across-data-sets",
    "XDS002": "leak-across-data-sets",
}
SHAPES = (
    "alpaca",
    "alpaca-ranking",
    "axolotl-dpo-chat",
    "bedrock-conversation",
    "bedrock-distillation",
    "claude-messages",
    "cohere-chat",
    "dolly",
    "gemini-api-legacy",
    "gemini-contents",
    "gemini-preference",
    "gemini-rft",
    "input-output",
    "kto",
    "kto-chat",
    "llamafactory-kto",
    "llamafactory-v1-preference",
    "metharme",
    "nova-dpo",
    "openai-chat",
    "openai-preference",
    "openpipe-preference",
    "palm",
    "problem-solution",
    "prompt-completion",
    "prompt-only",
    "prompt-reference",
    "prompt-response",
    "query-response",
    "question-answer",
    "question-preference",
    "rft-chat",
    "sharegpt",
    "sharegpt-openai-tags",
    "sharegpt-ranking",
    "swift-pairs",
    "swift-preference",
    "text",
    "text-label",
    "text-mistral",
    "trl-preference-conv",
    "trl-preference-conv-implicit",
    "trl-preference-text",
    "trl-preference-text-implicit",
    "trl-prompt-completion-conv",
    "verl",
    "xtuner-pairs",
)
ALL = "all"


class Bash(BashComplete):
    """
    Bash takes `CODE=LEVEL` for three words, and wants to hear only how the last one goes on.

    Behind a value that ends in `=` it must set no blank.
    """

    source_template: ClassVar[str] = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", "COMPREPLY+=($value); [[ $value == *= ]] && compopt -o nospace"
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one to complete, and that one, as they were typed."""
        words, last = super().get_completion_args()
        joined: list[str] = []
        for word in [*words, last]:
            if joined and (word == "=" or joined[-1].endswith("=")):
                joined[-1] += word
            else:
                joined.append(word)
        self._before = joined[-1].removesuffix("" if last == "=" else last)
        return joined[:-1], joined[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """Return an answer without what stands before the word that bash completes."""
        _option, _equals, value = self._before.partition("=")
        item.value = item.value.removeprefix(value if self._before.startswith("-") else self._before)
        return super().format_completion(item)


def rules(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete codes and names of rules, and ids of checks, also behind a comma."""
    head, comma, last = incomplete.rpartition(",")
    known = {**RULES, **{name: code for code, name in RULES.items()}, **dict.fromkeys(_installed("checks"), "a check")}
    return [
        CompletionItem(head + comma + name, help=said)
        for name, said in known.items()
        if name.startswith((last, last.upper()))
    ]


def levels(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete `CODE=LEVEL`."""
    from dsready.cli.lint import LEVELS  # noqa: PLC0415  (it imports this module)

    code, equals, level = incomplete.partition("=")
    if equals:
        return [CompletionItem(f"{code}={name}") for name in _beginning(level, LEVELS)]
    return [CompletionItem(f"{item.value}=", help=item.help) for item in rules(context, parameter, incomplete)]


def targets(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete ids of targets, also behind a comma."""
    head, comma, last = incomplete.rpartition(",")
    return [CompletionItem(head + comma + name) for name in _beginning(last, [ALL, *_installed("targets")])]


def shapes(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete ids of record shapes."""
    return [CompletionItem(name) for name in _beginning(incomplete, SHAPES)]


def outputs(forms: Iterable[str]) -> Completer:
    """Return what completes `FORMAT=PATH` with these formats; behind the `=` it is left to the shell."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        _form, equals, path = incomplete.partition("=")
        if equals:
            return [CompletionItem(path, type="file")]
        return [CompletionItem(f"{name}=") for name in _beginning(incomplete, forms)]

    return complete


def keys(names: Iterable[str]) -> Completer:
    """Return what completes `NAME=` with these names; the value is for the user to say."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(f"{name}=") for name in _beginning(incomplete, names)]

    return complete


def data_sets(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of `[[dataset]]` in the configuration of the working directory."""
    from dsready.configfile import discover, table_of  # noqa: PLC0415  (only when a key is pressed)
    from dsready.errors import ConfigError  # noqa: PLC0415  (the same)

    try:
        path = discover(())
        table = table_of(path) if path else None
    except ConfigError:  # whoever runs the command is told
        return []
    found = table.get("dataset") if isinstance(table, dict) else None
    names = [one.get("name") for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    known = [name for name in names if isinstance(name, str) and name.isprintable()]
    return [CompletionItem(name) for name in _beginning(incomplete, known)]


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Leave it to the shell to complete a path."""
    return [CompletionItem(incomplete, type="file")]


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _installed(kind: str) -> list[str]:
    """Return the names of the entry points of a kind; a clash of two is told when they are used."""
    from importlib.metadata import entry_points  # noqa: PLC0415  (only when a key is pressed)

    return sorted(entry_points(group=f"dsready.{kind}").names)
