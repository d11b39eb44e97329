"""torchtune: its transforms of messages, and the validation after them. The part is openai, sharegpt, alpaca,
input-output or preference."""

from answering import corrupt
from loaded import serve_loaded
from stand_ins import bare, pretend

bare("torchtune", "torchtune.data")
pretend("torch", "torchtune.modules", "torchtune.utils", "torchtune.data._torchdata")

from torchtune.data import _messages

# Images are files of the user's: they are not looked for.
_messages.load_image = lambda image: image

_TRANSFORMS = {
    "openai": _messages.OpenAIToMessages,
    "sharegpt": _messages.ShareGPTToMessages,
    "alpaca": _messages.AlpacaToMessages,
    "input-output": _messages.InputOutputToMessages,
    "preference": _messages.ChosenRejectedToMessages,
}


def convert(row, part):
    """Transform a row and validate what comes of it; compare the texts of a chat with those it had."""
    made = _TRANSFORMS[part or "openai"]()(row)
    if "messages" in made:
        _messages.validate_messages(made["messages"])
    for key in ("messages", "chosen", "rejected"):
        turns = row.get("conversations") if part == "sharegpt" else row.get(key)
        if key not in made or not isinstance(turns, list):
            continue
        for at, (turn, message) in enumerate(zip(turns, made[key], strict=False)):
            content = turn.get("content", turn.get("value"))
            if isinstance(content, list):
                content = "".join(part.get("text") or "" for part in content)
            if message.text_content != (content or ""):
                raise corrupt(f"message {at}: {content!r} became {message.text_content!r}")
            if turn.get("tool_calls"):
                raise corrupt(f"message {at}: its tool calls are lost")


serve_loaded(convert)
