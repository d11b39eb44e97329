"""Vertex AI's formats for Gemini."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.convert.bedrock import as_text, object_of
from dsready.convert.dialogue import Call, Dialogue, Raw, Text, Turn, Unfit, calls_answered, parsed, unwrapped
from dsready.convert.layout import FUNCTION_KEYS, SERVICE_ROLES, Layout
from dsready.convert.parts import reordered, with_results
from dsready.convert.preference import single
from dsready.convert.tools import from_gemini, to_gemini
from dsready.dataset.shapes.turns import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dsready.dataset.example import Kind

DIALECT = "gemini"
SYSTEM = ("systemInstruction", "system_instruction")
OWN = frozenset({"contents", "tools", *SYSTEM})
ROOM: dict[str, Any] = {
    "systems": "one",
    "history": True,
    "tools": True,
    "calls": True,
    "beside": True,
    "dialect": DIALECT,
    "several": True,
    "names": True,
    "answer": "turn",
    "roles": SERVICE_ROLES,
    "tool_keys": FUNCTION_KEYS | {"response"},
    "strict": True,
}
#: The only key of a response that is no object.
RESULT = "result"


def _turns(contents: Iterable[dict[str, Any]]) -> tuple[Turn, ...]:
    return tuple(found for turn in contents for found in _turn(turn))


def _turn(turn: dict[str, Any]) -> list[Turn]:
    """Read a turn. Tool results, which stand in a user turn, become turns of the tool before it."""
    role = turn.get("role") or "user"
    parts: list[Text | Raw] = []
    calls: list[Call] = []
    results: list[Turn] = []
    reasoning: list[str] = []
    for part in turn["parts"]:
        match part:
            case {"text": str(text)} if len(part) == 1:
                parts.append(Text(text))
            case {"text": str(text), "thought": True} if len(part) == 2:  # noqa: PLR2004
                reasoning.append(text)
            case {"functionCall": dict(call)} | {"function_call": dict(call)} if _is_call(call):
                calls.append(Call(call["name"], call.get("args"), call.get("id"), _beyond(part, call)))
            case {"functionResponse": dict(result)} | {"function_response": dict(result)} if _is_call(result):
                results.append(_result(result, _beyond(part, result)))
            case _:
                parts.append(Raw(DIALECT, part))
    kept = tuple(part for part in parts if part != Text(""))
    extra = {key: value for key, value in turn.items() if key not in ("role", "parts")}
    said_by = "user" if results and role == "function" else ROLES.get(role, role)
    return with_results(results, Turn(said_by, kept, tuple(calls), reasoning="\n".join(reasoning), extra=extra))


def _is_call(body: dict[str, Any]) -> bool:
    return isinstance(body.get("id"), str | None) and isinstance(body.get("name"), str)


def _beyond(part: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return what a call or a result says beyond itself: keys of the part, and unknown ones of its own."""
    beside = {key: held for key, held in part.items() if held is not body}
    return {**beside, **{key: held for key, held in body.items() if key not in ("name", "args", "response", "id")}}


def _result(body: dict[str, Any], beyond: dict[str, Any]) -> Turn:
    held = unwrapped(body.get("response"))
    text = held if isinstance(held, str) else as_text(held)
    return Turn("tool", (Text(text),) if text else (), call_id=body.get("id"), extra={**beyond, "name": body["name"]})


def _beside(value: dict[str, Any], *own: str) -> dict[str, Any]:
    """Read what stands beside the contents; `turns` is the system prompt."""
    tools, whole = from_gemini(value.get("tools"))
    held = [value[key] for key in SYSTEM if value.get(key)]
    turns = [_turn({"role": "system", "parts": one["parts"]}) for one in held]
    unread = [] if whole else ["tools that are no functions"]
    if any(one.keys() - {"role", "parts"} for one in held) or any(len(found) > 1 for found in turns) or len(held) > 1:
        unread.append("parts of systemInstruction")
    extra = {key: held for key, held in value.items() if key not in OWN and key not in own}
    altered = reordered(turn["parts"] for turn in value["contents"])
    system = tuple(found[-1] for found in turns[:1] if found[-1].parts)
    return {"turns": system, "tools": tools, "extra": extra, "unread": tuple(unread), "altered": altered}


def _dialogue(kind: Kind, value: dict[str, Any], *own: str, **more: Any) -> Dialogue:
    aside = _beside(value, *own)
    turns = (*aside.pop("turns"), *_turns(value["contents"]))
    unread = aside.pop("unread") + more.pop("unread", ())
    return Dialogue(kind, turns, **aside, **more, unread=unread)


def _chat(value: dict[str, Any]) -> Dialogue:
    return _dialogue("sft", value)


def _reinforcement(value: dict[str, Any]) -> Dialogue:
    return _dialogue("reinforcement", value, "references", reference=value["references"])


def _preference(value: dict[str, Any]) -> Dialogue:
    """Take the completions with the highest and the lowest score; equal scores are no preference."""
    scored = sorted(value["completions"], key=lambda item: -item["score"])
    better, worse = scored[0], scored[-1]
    if better["score"] == worse["score"]:
        raise Unfit("holds no rejected answer: its completions do not differ in score")
    unread = []
    if len(scored) > 2:  # noqa: PLR2004  (the better and the worse one)
        unread.append("further completions")
    if {better["score"], worse["score"]} != {0, 1}:
        unread.append("scores of answers")
    if any(len(item) > 2 for item in scored):  # noqa: PLR2004  (score and completion)
        unread.append("keys beside completions")
    chosen, rejected = (tuple(_turn({"role": "model", **item["completion"]})) for item in (better, worse))
    if any(turn.role != "assistant" for turn in (*chosen, *rejected)):
        raise Unfit("has a completion that is not the model's")
    return _dialogue("preference", value, "completions", chosen=chosen, rejected=rejected, unread=tuple(unread))


def _written(dialogue: Dialogue, context: Sequence[Turn]) -> dict[str, Any]:
    systems = [turn for turn in context if turn.role == "system"]
    head = {"systemInstruction": {"role": "system", "parts": _parts(systems[0])}} if systems else {}
    tools = {"tools": to_gemini(dialogue.tools)} if dialogue.tools else {}
    return {**head, "contents": _contents(context), **tools}


def _contents(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Write turns. The results of tools go into one turn, with what the user says next."""
    rows: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for turn, call in zip(turns, calls_answered(turns), strict=True):
        if turn.role == "system":
            continue
        if turn.role == "tool":
            results.append(_write_result(turn, call))
            continue
        if results and turn.role != "user":
            rows.append({"role": "user", "parts": results})
            results = []
        role = "model" if turn.role == "assistant" else turn.role
        rows.append({"role": role, "parts": [*results, *_parts(turn)]})
        results = []
    return [*rows, {"role": "user", "parts": results}] if results else rows


def _write_result(turn: Turn, call: Call | None) -> dict[str, Any]:
    name = turn.extra.get("name", call.name if call else None)
    if not isinstance(name, str):
        raise Unfit("has a tool result without a call")
    held = parsed(turn.text)
    return {"functionResponse": {"name": name, "response": held if isinstance(held, dict) else {RESULT: turn.text}}}


def _parts(turn: Turn) -> list[dict[str, Any]]:
    parts = [{"text": part.text} if isinstance(part, Text) else part.value for part in turn.parts]
    calls = [{"functionCall": {"name": call.name, "args": object_of(call)}} for call in turn.calls]
    return [*parts, *calls] or [{"text": ""}]


def _write_chat(dialogue: Dialogue) -> dict[str, Any]:
    return _written(dialogue, dialogue.turns)


def _write_reinforcement(dialogue: Dialogue) -> dict[str, Any]:
    if not dialogue.reference:
        raise Unfit("holds nothing that a grader could compare an answer with")
    return {**_written(dialogue, dialogue.turns), "references": dialogue.reference}


def _write_preference(dialogue: Dialogue) -> dict[str, Any]:
    sides = ((1.0, dialogue.chosen), (0.0, dialogue.rejected))
    completions = [
        {"score": score, "completion": {"role": "model", "parts": _parts(single(turns))}} for score, turns in sides
    ]
    return {**_written(dialogue, dialogue.turns), "completions": completions}


LAYOUTS = (
    Layout("gemini-contents", "sft", _chat, _write_chat, **ROOM),
    Layout("gemini-preference", "preference", _preference, _write_preference, **ROOM),
    Layout("gemini-rft", "reinforcement", _reinforcement, _write_reinforcement, **ROOM, references=True),
)
