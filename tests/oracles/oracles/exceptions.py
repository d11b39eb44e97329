"""Where we and an oracle differ, knowingly, and why."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from oracles.compare import Case


@dataclass(frozen=True)
class Known:
    """
    A difference that is meant.

    Attributes
    ----------
    oracle
        The names of the oracles, as a pattern.
    why
        Who is right, and whence we know.
    rule
        The rule of ours that makes the difference; none if the oracle alone does.
    when
        Which cases; all of them if nothing is said.
    """

    oracle: str
    why: str
    rule: str = ""
    when: Callable[[Case], bool] | None = None

    def covers(self, case: Case) -> bool:
        """Tell whether a case is such a difference."""
        if not fnmatch(case.oracle, self.oracle) or (self.rule and set(case.rules) != {self.rule}):
            return False
        return self.when is None or self.when(case)


def _weighted(case: Case) -> bool:
    """The row has a weight, and that is what the client complains of."""
    return "weight" in (case.record or {}) and 'extra column "weight"' in case.message


def _weaker(case: Case) -> bool:
    """We object to what the oracle has no test for."""
    return case.theirs == "accept"


def _first_line(case: Case) -> bool:
    """We object to a file for a line that the oracle never reads."""
    return _weaker(case) and bool(case.path)


def _says(*words: str) -> Callable[[Case], bool]:
    """Tell whether the oracle complains of something that we let pass."""
    return lambda case: case.ours == "accept" and any(word in case.message for word in words)


def _parts(case: Case) -> bool:
    """Contents are lists of parts, as models that see images have them."""
    return case.ours == "accept" and "its parts are trained as the text of a list" in case.message


def _nothing(case: Case) -> bool:
    """A file of nothing but empty objects is no data; among others they are rows."""
    return case.row is not None and case.row.text == "{}"


def _role(case: Case) -> bool:
    """A role is unheard of, and the template writes it as it stands."""
    return case.ours == "accept" and "trained under the role '" in case.message


def _twice(case: Case) -> bool:
    """What is chosen and what is rejected are the same text."""
    row = case.record or {}
    return isinstance(row.get("chosen"), str) and row["chosen"] == row.get("rejected")


def _joined(case: Case) -> bool:
    """We say that it is trained as something else, and Arrow refuses to put two types into one column."""
    return case.ours == "corrupt" and "ArrowInvalid" in case.message


def _no_calls(case: Case) -> bool:
    """The template goes through calls that are a number."""
    return "is not iterable" in case.message


def _length(case: Case) -> bool:
    """All that we object to is a length, or the number of rows for a batch."""
    return bool(case.rules) and set(case.rules) <= _LENGTHS


#: Rules that need a real tokenizer, or options of a job.
_LENGTHS = {"AXO-30", "TRL-11", "TRL-11-ANSWER", "TRL-12", "MLX-03", "MLX-04"}
KNOWN = (
    Known("*", "lengths are not compared: they depend on the tokenizer", when=_length),
    *(
        Known(oracle, "whether a model minds a role is its template's affair, and nobody's rule", when=_role)
        for oracle in ("axolotl", "mlx-lm")
    ),
    Known("datasets-3*", "keys that become null in a free object: ignored, we say", when=_says("references: gained")),
    Known("datasets-*", "alone in its file, an empty object makes no columns", when=_nothing),
    *(
        Known(oracle, "the template here is that of a model for text; one for images reads parts", when=_parts)
        for oracle in ("trl-*", "axolotl", "mlx-lm")
    ),
    Known("together-*", "the documentation allows a weight of the row, the last full client did not", when=_weighted),
    Known("together-*", "clients from 3.0 on skip blank lines", when=_says("Unexpected format on line")),
    Known("together-1.*", "later clients take two turns of one role, and the tool role", when=_says("role")),
    Known("together-1.*", "later clients take a content that is null", when=_says("NoneType")),
    Known(
        "together-1.*",
        "later clients take an empty list for no content",
        when=_says("must be either all in multimodal"),
    ),
    Known("together-*", "the client lets an empty list pass for an empty text", "TGR-11", when=_weaker),
    *(
        Known("trl-*", "which column decides whether a row is a chat is a matter of Python's hash seed", rule)
        for rule in ("TRL-02", "TRL-05")
    ),
    Known("trl-dpo", "the same text twice has nothing to choose: how much is prompt, tokens decide", when=_twice),
    Known(
        "trl-reward", "a prompt and an answer of two types, in one column: harmful, be it trained or not", when=_joined
    ),
    Known("trl-sft", "the first row decides: alone it stops the run, after good rows it is converted", "TRL-08"),
    Known("trl-sft", "calls that are no list: whether that stops depends on the template", "TPL-01", when=_no_calls),
    Known(
        "mistral-common-v3",
        "the profile is that of v7, where an answer may be empty or stand beside calls",
        when=_says("either content or tool_calls"),
    ),
    Known("mistral-common-v13", "the profile is that of v7, where ids of calls have nine characters", "MCO-09"),
    Known(
        "mistral-common-v13",
        "the profile is that of v7, which does not look for the call of a result",
        when=_says("Unexpected tool call id"),
    ),
    Known(
        "nova-forge",
        "Amazon's documentation and its sample validator take what the package refuses: a warning with us",
        when=_says("extra_forbidden", "schemaVersion", "bucketOwner", "Dataset consistency error"),
    ),
    Known("nova-forge*", "the number of rows is that of a whole training set: it is not asked", "NOV-02"),
    Known("openai-types*", "types of a request: unknown keys are ignored, lists are read lazily", when=_weaker),
    Known("openai-legacy", "a tool for advice: what it finds it offers to mend", when=_weaker),
    Known("google-genai*", "the types take any role and an empty list; the documentation does not", when=_weaker),
    Known("openpipe", "the types forbid nothing that they do not know", when=_weaker),
    Known("fireworks", "the client only counts lines: the server judges them", when=_weaker),
    Known(
        "sagemaker", "the detector looks at the first line alone", when=lambda case: _weaker(case) and bool(case.path)
    ),
    Known("sagemaker", "the detector knows the shape, the techniques know the types", "SGM-07"),
    Known("sagemaker-strict", "the techniques take what the detector, which comes first, does not", when=_weaker),
    Known(
        "sagemaker-strict",
        "the detector knows more shapes than there are techniques with a check of their own",
        when=_says("Cannot auto-detect", "missing SFT fields"),
    ),
)


def documented(case: Case) -> bool:
    """Tell whether a difference is on the list."""
    return any(known.covers(case) for known in KNOWN)
