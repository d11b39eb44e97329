"""
torchtune: its transforms of messages, the validation after them, and the tokenizing of Llama 3, all without torch.

The part is openai, sharegpt, alpaca, input-output, preference or stack-exchange.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Optional

from answering import corrupt
from loaded import serve_loaded
from stand_ins import bare, folder, pretend, taken

bare("torchtune", "torchtune.data")
pretend("torch", "torchtune.modules", "torchtune.utils", "torchtune.data._torchdata")

from torchtune.data import _messages

# Images are files of the user's: they are not looked for.
_messages.load_image = lambda image: image

_LLAMA = taken(folder("torchtune") / "models/llama3/_tokenizer.py", {"_tokenize_header", "_tokenize_body"}, {})
#: Says of a text that it is a string, which is all that is asked of it here.
_TOKENIZER = SimpleNamespace(
    encode=lambda text, **_: [text + ""], start_header_id=0, end_header_id=1, image_id=2, python_tag=3
)
_STACK_EXCHANGE = taken(
    folder("torchtune") / "datasets/_stack_exchange_paired.py",
    {"StackExchangePairedToMessages"},
    {"Transform": object, "Message": _messages.Message, "Mapping": Mapping, "Any": Any, "Optional": Optional}
    | {"Dict": dict},
)["StackExchangePairedToMessages"]
#: What its builder names unless the user does.
_RANKED = {"prompt": "question", "chosen": "response_j", "rejected": "response_k"}
_TRANSFORMS = {
    "openai": _messages.OpenAIToMessages,
    "sharegpt": _messages.ShareGPTToMessages,
    "alpaca": _messages.AlpacaToMessages,
    "input-output": _messages.InputOutputToMessages,
    "preference": _messages.ChosenRejectedToMessages,
    "stack-exchange": lambda: _STACK_EXCHANGE(column_map=_RANKED),
}


def convert(row, part):  # noqa: C901  (one comparison after the other)
    """Transform a row and validate what comes of it; compare the texts of a chat with those it had."""
    made = _TRANSFORMS[part or "openai"]()(row)
    if "messages" in made:
        _messages.validate_messages(made["messages"])
    for key in ("messages", "chosen", "rejected"):
        for message in made.get(key, ()):
            _LLAMA["_tokenize_header"](_TOKENIZER, message)
            _LLAMA["_tokenize_body"](_TOKENIZER, message)
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
    if part in ("openai", "sharegpt") and _lost(row.get("system"), made["messages"]):
        raise corrupt("the system text is not in what is trained on")
    if part == "alpaca" and not isinstance(row["instruction"], str):
        raise corrupt(f"the instruction {row['instruction']!r} is trained as text")


def _lost(text, messages):
    return isinstance(text, str) and text.strip() and all(message.text_content != text for message in messages)


serve_loaded(convert)
