"""Preference pairs and unpaired preferences whose sides stand in columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import StrictBool

from dsready.dataset.example import Example, Message
from dsready.dataset.shapes.base import Shape
from dsready.dataset.shapes.chat import always, first, has_label, labelled
from dsready.dataset.shapes.flat import Alpaca, alpaca, enriched, is_conversational
from dsready.dataset.shapes.parts import compact, string
from dsready.dataset.shapes.sharegpt import conversation
from dsready.dataset.shapes.turns import ROLES, continued, joined, placed, read_said, read_turns
from dsready.dataset.shapes.values import SaidTurn, SaidTurns, Structure, Turn, Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Where the prompt's end is marked inside two full texts, as Anthropic's hh-rlhf does.
ANSWER_MARK = "\n\nAssistant:"
READERS = {"from": read_said, "role": read_turns}


class Input(Structure):
    """The context of OpenAI's preference format."""

    messages: Turns


class Preferred(Structure):
    """OpenAI's preference format."""

    input: Input
    preferred_output: Turns
    non_preferred_output: Turns


class PreferredCompletion(Structure):
    """OpenAI's preference format, with the keys of the older API description."""

    input: Input
    preferred_completion: Turns
    non_preferred_completion: Turns


class PairOfTurns(Structure):
    """TRL: a conversation and two ways to go on."""

    prompt: Turns
    chosen: Turns
    rejected: Turns


class PairOfTexts(Structure):
    """TRL: a prompt and two completions."""

    prompt: str
    chosen: str
    rejected: str


class TwoChats(Structure):
    """TRL: two full conversations."""

    chosen: Turns
    rejected: Turns


class TwoTexts(Structure):
    """TRL: two full texts."""

    chosen: str
    rejected: str


class TwoMessageLists(Structure):
    """LLaMA-Factory v1: two full conversations."""

    chosen_messages: Turns
    rejected_messages: Turns


class AskedPair(Structure):
    """A question and two answers."""

    question: str
    chosen: str
    rejected: str


class StackExchange(Structure):
    """A question, the better answer j and the worse answer k."""

    question: str
    response_j: str
    response_k: str


class AlpacaPair(Alpaca):
    """An instruction and two answers."""

    chosen: str
    rejected: str


class AlpacaLabel(Alpaca):
    """An instruction, an answer, and whether it is wanted."""

    output: str
    kto_tag: StrictBool


class ChatLabel(Structure):
    """A conversation, and whether its answer is wanted."""

    messages: Turns
    kto_tag: StrictBool


class Kto(Structure):
    """A prompt, a completion, and whether it is wanted."""

    prompt: str | Turns
    completion: str | Turns
    label: StrictBool


def shared_prefix(left: list[Any], right: list[Any]) -> int:
    """Count the equal items at the start of two lists, but leave each at least one item of its own."""
    most = min(len(left), len(right)) - 1
    return next((number for number in range(most) if left[number] != right[number]), most)


def shared_text(left: str, right: str) -> int:
    """
    Count the characters of the prompt with which two texts begin.

    That is what they share, or as much of it as ends on the last mark of an answer's beginning, if there is one.
    """
    low, high = 0, min(len(left), len(right))
    while low < high:  # by halves: comparing slices is fast, comparing character by character is not
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    mark = left.rfind(ANSWER_MARK, 0, low)
    return low if mark < 0 else mark + len(ANSWER_MARK)


def _implicit(shape: str, better: str, worse: str) -> Callable[[dict[str, Any]], Example]:
    """Read two full conversations; what both begin with is the prompt."""

    def example(value: dict[str, Any]) -> Example:
        chosen, rejected = (read_turns(value[key], f"/{key}") for key in (better, worse))
        here, there = ([(turn.role, turn.text) for turn in side] for side in (chosen, rejected))
        cut = shared_prefix(here, there)
        pair = continued(shape, "preference", chosen[:cut], chosen[cut:], value, rejected=rejected[cut:])
        if not cut:  # neither repeats the prompt, so it can only stand beside them
            pair.prompt = joined(string(value, "prompt") or "", pair.prompt)
        return pair

    return example


def _two_texts(value: dict[str, Any]) -> Example:
    chosen, rejected = value["chosen"], value["rejected"]
    cut = shared_text(chosen, rejected)
    pair = enriched(Example("trl-preference-text-implicit", "preference", "", chosen[:cut], chosen[cut:]), value)
    pair.rejected = rejected[cut:]
    return pair


def _openai(better: str, worse: str) -> Callable[[dict[str, Any]], Example]:
    def example(value: dict[str, Any]) -> Example:
        context = read_turns(value["input"]["messages"], "/input/messages")
        chosen, rejected = (read_turns(value[key], f"/{key}") for key in (better, worse))
        return continued("openai-preference", "preference", context, chosen, value["input"], rejected=rejected)

    return example


def _turns(value: dict[str, Any]) -> Example:
    context, chosen, rejected = (read_turns(value[key], f"/{key}") for key in ("prompt", "chosen", "rejected"))
    return continued("trl-preference-conv", "preference", context, chosen, value, rejected=rejected)


def _texts(shape: str, prompt: str, chosen: str, rejected: str) -> Callable[[dict[str, Any]], Example]:
    def example(value: dict[str, Any]) -> Example:
        pair = Example(shape, "preference", "", value[prompt], value[chosen], rejected=value[rejected])
        return pair if len(value) == 3 else enriched(pair, value)  # noqa: PLR2004  (the three texts alone)

    return example


def _alpaca_pair(value: dict[str, Any]) -> Example:
    pair = alpaca("alpaca-ranking", value, value["chosen"])
    pair.kind = "preference"
    pair.rejected = value["rejected"]
    return pair


def _alpaca_label(value: dict[str, Any]) -> Example:
    example = alpaca("llamafactory-kto", value, value["output"])
    example.kind = "unpaired"
    example.label = compact(value["kto_tag"])
    return example


def _kto(value: dict[str, Any]) -> Example:
    prompt, completion, label = value["prompt"], value["completion"], compact(value["label"])
    if isinstance(prompt, str) and isinstance(completion, str):
        return enriched(Example("kto", "unpaired", "", prompt, completion, label=label), value)
    context, answer = (_as_turns(value, key, role) for key, role in (("prompt", "user"), ("completion", "assistant")))
    return continued("kto", "unpaired", context, answer, value, label=label)


def _as_turns(value: dict[str, Any], key: str, role: str, mark: str = "role") -> list[Message]:
    """Read one side: a list of turns, a single turn, or its text alone."""
    held = value[key]
    if isinstance(held, str):
        return [Message(ROLES[role], held, role, (), None, f"/{key}")]
    if isinstance(held, list):
        return READERS[mark](held, f"/{key}")
    return placed(READERS[mark]([held], ""), f"/{key}")


def _ranked(shape: str, key: str, mark: str) -> Callable[[dict[str, Any]], Example]:
    def example(value: dict[str, Any]) -> Example:
        context = READERS[mark](value[key], f"/{key}")
        chosen, rejected = (_as_turns(value, side, "assistant", mark) for side in ("chosen", "rejected"))
        return continued(shape, "preference", context, chosen, value, rejected=rejected)

    return example


def _is_ranking(value: dict[str, Any], key: str, mark: str) -> bool:
    """Tell a context with two answers from two full conversations, which bring their own context."""
    if "prompt" in value or mark not in first(value[key]):
        return False
    return first(value["chosen"]).get(mark, "assistant") in ("assistant", "gpt", "function_call")


def _rankings() -> Iterator[Shape]:
    for key in ("conversations", "conversation", "messages"):
        for mark, turn, turns in (("from", SaidTurn, SaidTurns), ("role", Turn, Turns)):
            side = turn | str | turns
            model = conversation(key, turns, chosen=(side, ...), rejected=(side, ...))
            shape = "axolotl-dpo-chat" if (key, mark) == ("messages", "role") else "sharegpt-ranking"
            matches = partial(_is_ranking, key=key, mark=mark)
            yield Shape(shape, (key, "chosen", "rejected"), matches, model, _ranked(shape, key, mark))


def _implicit_turns(value: dict[str, Any]) -> bool:
    return not isinstance(value.get("prompt"), list) and _lists(value)


def _lists(value: dict[str, Any]) -> bool:
    return bool(first(value["chosen"]) and first(value["rejected"]))


def _shape_openai(better: str, worse: str, model: type[Structure]) -> Shape:
    return Shape("openai-preference", ("input", better, worse), always, model, _openai(better, worse))


SIDES = ("chosen", "rejected")
QUESTION = "question-preference"
SHAPES = (
    _shape_openai("preferred_output", "non_preferred_output", Preferred),
    _shape_openai("preferred_completion", "non_preferred_completion", PreferredCompletion),
    *_rankings(),
    Shape("alpaca-ranking", ("instruction", *SIDES), always, AlpacaPair, _alpaca_pair),
    Shape("trl-preference-conv", ("prompt", *SIDES), is_conversational, PairOfTurns, _turns),
    Shape(
        "trl-preference-conv-implicit",
        SIDES,
        _implicit_turns,
        TwoChats,
        _implicit("trl-preference-conv-implicit", "chosen", "rejected"),
    ),
    Shape(
        "trl-preference-text",
        ("prompt", *SIDES),
        always,
        PairOfTexts,
        _texts("trl-preference-text", "prompt", "chosen", "rejected"),
    ),
    Shape(QUESTION, ("question", *SIDES), always, AskedPair, _texts(QUESTION, "question", "chosen", "rejected")),
    Shape(
        QUESTION,
        ("question", "response_j", "response_k"),
        always,
        StackExchange,
        _texts(QUESTION, "question", "response_j", "response_k"),
    ),
    Shape("trl-preference-text-implicit", SIDES, always, TwoTexts, _two_texts),
    Shape(
        "llamafactory-v1-preference",
        ("chosen_messages", "rejected_messages"),
        always,
        TwoMessageLists,
        _implicit("llamafactory-v1-preference", "chosen_messages", "rejected_messages"),
    ),
    Shape("kto", ("prompt", "completion", "label"), has_label, Kto, _kto),
    Shape("llamafactory-kto", ("instruction", "output", "kto_tag"), always, AlpacaLabel, _alpaca_label),
    Shape(
        "llamafactory-kto",
        ("messages", "kto_tag"),
        always,
        ChatLabel,
        labelled("messages", read_turns, "kto_tag", "llamafactory-kto"),
    ),
)
