"""The types of Google's client: those of a turn, and of an example of reinforcement tuning."""

from google.genai import types

from answering import serve


def row(value, part):
    """Validate each turn, or the whole example where there is a type for it."""
    if part == "rft":
        types.ReinforcementTuningExample.model_validate(value)
        return
    system = value.get("systemInstruction", value.get("system_instruction"))
    if system is not None:
        types.Content.model_validate(system)
    for turn in value["contents"]:
        types.Content.model_validate(turn)
    for tool in value.get("tools") or []:
        types.Tool.model_validate(tool)
    if part == "preference":
        for each in value["completions"]:
            types.Content.model_validate(each["completion"])


serve(row=row)
