"""Records whose columns are texts: a prompt and its answer under many names, prompts alone, plain text."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import StrictBool, StrictInt, create_model

from dsready.dataset.example import Example
from dsready.dataset.shapes.base import Shape
from dsready.dataset.shapes.chat import always
from dsready.dataset.shapes.parts import columns, compact, string
from dsready.dataset.shapes.tools import tools_of
from dsready.dataset.shapes.turns import continued, dialogue, grading, joined, read_turns, system_column
from dsready.dataset.shapes.values import Filled, Scalar, Structure, Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Shape, key of the prompt, key of the answer. Both are strings.
PAIRS = (
    ("prompt-completion", "prompt", "completion"),
    ("prompt-response", "prompt", "response"),
    ("metharme", "prompt", "generation"),
    ("input-output", "input", "output"),
    ("palm", "input_text", "output_text"),
    ("gemini-api-legacy", "text_input", "output"),
)
#: Keys under which the answer to a `question` stands, the most usual first.
ANSWERS = (
    *("answer", "std_answer", "best_answer", "correct_answer", "expected_answer", "reference_answer", "final_answer"),
    *("ground_truth", "gold", "target", "solution", "response", "output"),
)
#: Keys under which a grader finds what belongs to a `prompt`.
REFERENCES = (
    *("canonical_solution", "answer", "referenceResponse", "reference_answer", "ground_truth", "solution", "target"),
    "gold",
)


class Alpaca(Structure):
    """An instruction and what it applies to."""

    instruction: str
    input: str | None = None
    system: str | None = None
    history: list[list[str]] | None = None


class AlpacaAnswer(Alpaca):
    """Alpaca: an instruction and its output."""

    output: str


class Dolly(Structure):
    """An instruction and its response."""

    instruction: str
    response: str
    context: str | None = None
    input: str | None = None


class Query(Structure):
    """ms-swift's older format."""

    query: str
    response: str
    system: str | None = None
    history: list[list[str]] | None = None


class Conversational(Structure):
    """TRL: turns, and the turns that answer them."""

    prompt: Turns
    completion: Turns


class Prompt(Structure):
    """A prompt that a grader judges the answers to."""

    prompt: str | Turns


class Text(Structure):
    """Plain text to continue."""

    text: str


class Content(Structure):
    """Plain text to continue, under the other key that Mistral takes."""

    content: str


class LabelledText(Text):
    """A text and its class."""

    label: str | StrictInt | StrictBool


def written(value: Any) -> str:
    """Write an answer that may be a number, a boolean or a list of texts."""
    if isinstance(value, list):
        return "\n".join(compact(item) for item in value)
    return "" if value is None else compact(value)


def options(value: dict[str, Any]) -> str:
    """Write the options of a multiple-choice question, one on a line."""
    held = value.get("options", value.get("choices"))
    if isinstance(held, dict):
        return "\n".join(f"{key}: {compact(text)}" for key, text in held.items())
    if isinstance(held, list):
        items = [item.items() if isinstance(item, dict) else [("", item)] for item in held]
        return "\n".join(f"{key}: {compact(text)}" if key else compact(text) for item in items for key, text in item)
    return held if isinstance(held, str) else ""


def enriched(example: Example, value: dict[str, Any]) -> Example:
    """Add what stands in columns of its own: the system prompt, earlier turns, media, tools."""
    example.system = system_column(value)
    history = value.get("history")
    if isinstance(history, list):
        texts = [text for pair in history if isinstance(pair, list) for text in pair if isinstance(text, str)]
        if texts:
            example.opening = joined(texts[0], columns(value))
            example.prompt = joined(*texts, example.prompt)
    example.prompt = joined(example.prompt, columns(value))
    example.tools = tools_of(value)
    return example


def instruction(value: dict[str, Any]) -> str:
    """Join an instruction and what it applies to."""
    return joined(value["instruction"], string(value, "context") or "", string(value, "input") or "")


def alpaca(shape: str, value: dict[str, Any], answer: str) -> Example:
    """Make an example of an instruction and its answer."""
    return enriched(Example(shape, "sft", "", instruction(value), answer), value)


def _pair(shape: str, prompt: str, answer: str) -> Shape:
    def example(value: dict[str, Any]) -> Example:
        plain = Example(shape, "sft", "", value[prompt], value[answer])
        return plain if len(value) == 2 else enriched(plain, value)  # noqa: PLR2004  (the two texts alone)

    fields: dict[str, Any] = {prompt: (str, ...), answer: (str, ...)}
    return Shape(shape, (prompt, answer), always, create_model("Pair", __base__=Structure, **fields), example)


def _question(shape: str, question: str, answer: str) -> Shape:
    def example(value: dict[str, Any]) -> Example:
        asked = joined(string(value, "context", "passage") or "", value[question], options(value))
        return enriched(Example(shape, "sft", "", asked, written(value[answer])), value)

    fields: dict[str, Any] = {question: (str, ...), answer: (Scalar | Filled[Scalar], ...)}
    return Shape(shape, (question, answer), always, create_model("Question", __base__=Structure, **fields), example)


def _prompted(shape: str, value: dict[str, Any], reference: str = "") -> Example:
    """Read a prompt, text or turns. A reference answer is learned from only where the prompt is text."""
    prompt = value["prompt"]
    if isinstance(prompt, list):
        return dialogue(shape, read_turns(prompt, "/prompt"), value, kind="reinforcement", label=grading(value))
    if reference:
        return enriched(Example(shape, "sft", "", prompt, written(value[reference])), value)
    return enriched(Example(shape, "reinforcement", "", prompt, label=grading(value)), value)


def _prompts() -> Iterator[Shape]:
    for key in ("reward_model", "data_source", "extra_info"):
        yield Shape("verl", ("prompt", key), always, Prompt, partial(_prompted, "verl"))
    for key in REFERENCES:
        read = partial(_prompted, "prompt-reference", reference=key)
        yield Shape("prompt-reference", ("prompt", key), always, Prompt, read)
    yield Shape("prompt-only", ("prompt",), always, Prompt, partial(_prompted, "prompt-only"))


def _conversational(value: dict[str, Any]) -> Example:
    context, answer = (read_turns(value[key], f"/{key}") for key in ("prompt", "completion"))
    return continued("trl-prompt-completion-conv", "sft", context, answer, value)


def _text(shape: str, key: str) -> Callable[[dict[str, Any]], Example]:
    return lambda value: Example(
        shape, "text", "", joined(value[key], columns(value)) if len(value) > 1 else value[key]
    )


def _labelled_text(value: dict[str, Any]) -> Example:
    label = written(value["label"])
    return enriched(Example("text-label", "sft", "", value["text"], label, label=label), value)


def _query(value: dict[str, Any]) -> Example:
    return enriched(Example("query-response", "sft", "", value["query"], value["response"]), value)


def is_conversational(value: dict[str, Any]) -> bool:
    """Tell whether the prompt is turns, and not text."""
    return isinstance(value["prompt"], list)


def _is_class(value: dict[str, Any]) -> bool:
    return isinstance(value["label"], (str, int))


#: Whatever else a record holds, these come first.
INSTRUCTIONS = (
    Shape("alpaca", ("instruction", "output"), always, AlpacaAnswer, lambda v: alpaca("alpaca", v, v["output"])),
    Shape("dolly", ("instruction", "response"), always, Dolly, lambda v: alpaca("dolly", v, v["response"])),
)
SHAPES = (
    Shape("trl-prompt-completion-conv", ("prompt", "completion"), is_conversational, Conversational, _conversational),
    *(_pair(*names) for names in PAIRS),
    Shape("query-response", ("query", "response"), always, Query, _query),
    *(_question("question-answer", "question", answer) for answer in ANSWERS),
    *(_question("problem-solution", "problem", answer) for answer in ("solution", "answer")),
    *_prompts(),
    Shape("text-label", ("text", "label"), _is_class, LabelledText, _labelled_text),
    Shape("text", ("text",), always, Text, _text("text", "text")),
    Shape("text-mistral", ("content",), lambda value: len(value) == 1, Content, _text("text-mistral", "content")),
)
