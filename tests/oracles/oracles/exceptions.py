"""Where we and an oracle differ, knowingly, and why."""

from __future__ import annotations

import re
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


def _nothing_left(case: Case) -> bool:
    return case.ours == "refuse" and "every row is dropped" in case.message


def _unnamed_call(case: Case) -> bool:
    """A call has a name that is null, which the template prints as JSON, and not as it is looked for."""
    return case.ours == "accept" and "its tool calls are lost" in case.message


def _decoded(case: Case) -> bool:
    """A text that spells a number comes back from the loader as the number."""
    said = re.search(r"message (\d+): ([\d.]+) (?:is trained as text|became)", case.message)
    turns = (case.record or {}).get("messages") if said else None
    return bool(said and isinstance(turns, list) and turns[int(said[1])].get("content") == said[2])


def _loader(case: Case) -> bool:
    """All that we object to is what the loader of `datasets` does."""
    return bool(case.rules) and all(name.startswith("HFD-") for name in case.rules)


def _not_a_number(case: Case) -> bool:
    return case.row is not None and "NaN" in case.row.text


def _uncallable(case: Case) -> bool:
    """We object to the turn, and the template stops at it: its calls are a number."""
    return case.ours == "corrupt" and "'int' object is not iterable" in case.message


def _no_columns(case: Case) -> bool:
    """A row has none of the columns that LLaMA-Factory is told to read."""
    columns = {"conversations", "messages", "instruction", "output"}
    return case.ours == "accept" and case.theirs == "refuse" and columns.isdisjoint(case.record or {})


def _empty_side(case: Case) -> bool:
    """A text stands in place of a list of messages, and has no letter to stumble over."""
    return case.theirs == "accept" and "" in ((case.record or {}).get("chosen"), (case.record or {}).get("rejected"))


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
    Known("*", "a trainer that drops every row has nothing left: that file is refused, we say", when=_nothing_left),
    Known("datasets-3*", "keys that become null in a free object: ignored, we say", when=_says("references: gained")),
    Known(
        "datasets-5*",
        "NaN becomes null in columns of JSON alone: a warning",
        when=_says("nan became None"),
    ),
    Known("datasets-*", "alone in its file, an empty object makes no columns", when=_nothing),
    *(
        Known(oracle, "the template here is that of a model for text; one for images reads parts", when=_parts)
        for oracle in ("trl-*", "axolotl")
    ),
    *(
        Known(oracle, 'beside parts the loader of datasets makes 4 of the text "4": its own defect', when=_decoded)
        for oracle in ("axolotl", "torchtune")
    ),
    Known("ms-swift", "the oracle asks what is deleted, not what the loader did to a text", when=_loader),
    Known("ms-swift", "of NaN the loader makes null: a rule of the line, not of the content", when=_not_a_number),
    Known("llm-foundry", "the oracle is given records, and not by the loader", when=_loader),
    Known("axolotl", "of steps only the tokenizing is asked, not whether a letter is one", "AXO-21-STEPS"),
    Known("axolotl", "lists to choose from have a strategy of their own; that for texts is asked", "AXO-22-TURNS"),
    *(Known(oracle, "a name that is null is printed, as JSON", when=_unnamed_call) for oracle in ("axolotl", "mlx-lm")),
    Known("mlx-lm", "templates differ in what they do with calls that are none: ours is a warning", when=_uncallable),
    Known("torchtune", "the oracle compares texts, not which of them are masked", "TTN-05"),
    Known("torchtune", "the oracle compares texts, not other parts", "TTN-11-LOST"),
    Known("torchtune", "an empty text has no letter that is no message: nobody writes it", when=_empty_side),
    Known("llamafactory", "the oracle looks for the texts, not for the side on which they are trained", "LLF-12-EMPTY"),
    Known(
        "llamafactory", "dataset_info.json can name others; that rows differ is a rule of the file", when=_no_columns
    ),
    Known("unsloth", "the oracle asks for the standardising; the template that comes next stops", "TPL-04"),
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
    Known(
        "nova-forge-rft",
        "Bedrock documents a reference_answer of any format, and the package refuses some: a warning with us",
        when=_says("reference_answer"),
    ),
    Known("nova-forge*", "the number of rows is that of a whole training set: it is not asked", "NOV-02"),
    Known("openai-types*", "types of a request: unknown keys are ignored, lists are read lazily", when=_weaker),
    Known("openai-legacy", "a tool for advice: what it finds it offers to mend", when=_weaker),
    Known(
        "google-genai-rft",
        "the client checks the row that it tries a reward with; of other keys in a file nobody has seen a refusal",
        when=_says("Extra inputs are not permitted"),
    ),
    Known("google-genai*", "the types take any role and an empty list; the documentation does not", when=_weaker),
    Known("openpipe", "the types forbid nothing that they do not know", when=_weaker),
    Known("fireworks", "the client only counts lines: the server judges them", when=_weaker),
    Known(
        "sagemaker", "the detector looks at the first line alone", when=lambda case: _weaker(case) and bool(case.path)
    ),
    Known(
        "sagemaker",
        "of a key that stands twice the detector reads the last, and says nothing of the other",
        "SGM-03-TWICE",
    ),
    Known(
        "sagemaker",
        "bytes of later rows: the detector stumbles over those within the 8 KB that it reads for the first",
        when=_says("UnicodeDecodeError"),
    ),
    Known("sagemaker", "the detector knows the shape, the techniques know the types", "SGM-07"),
    Known("sagemaker-strict", "the techniques take what the detector, which comes first, does not", when=_weaker),
    Known(
        "sagemaker-strict",
        "the detector, which decides, takes lists for texts, and reads the first line alone: a warning with us",
        when=_says("must be string"),
    ),
    Known(
        "sagemaker-strict",
        "the detector knows more shapes than there are techniques with a check of their own",
        when=_says("Cannot auto-detect", "missing SFT fields"),
    ),
)


def documented(case: Case) -> bool:
    """Tell whether a difference is on the list."""
    return any(known.covers(case) for known in KNOWN)
