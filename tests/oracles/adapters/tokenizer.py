"""A tokenizer without a download: words at blanks, ChatML with tool calls, and a memory of what it was given."""

from __future__ import annotations

import os

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="0")
os.environ.update(HF_DATASETS_DISABLE_PROGRESS_BARS="1", TRANSFORMERS_VERBOSITY="error")

from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from answering import corrupt

_UNKNOWN, _PAD, _END = "<unk>", "<pad>", "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}<|im_start|> {{ message['role'] }}\n{{ message['content'] }}"
    "{% if message['tool_calls'] %}{% for call in message['tool_calls'] %}{{ call | tojson }}{% endfor %}{% endif %}"
    " <|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|> assistant\n{% endif %}"
)
#: The roles a model knows from its training; any other is a word of the text to it.
ROLES = {"system", "developer", "user", "assistant", "tool"}


class Recording(PreTrainedTokenizerFast):
    """A tokenizer that remembers the texts it was given."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.texts = []

    def __call__(self, text=None, *arguments, **options):
        self.texts.extend(text if isinstance(text, list) else [text])
        return super().__call__(text, *arguments, **options)


def build(template=TEMPLATE):
    """Return a new tokenizer."""
    words = [_UNKNOWN, _PAD, "<|im_start|>", _END, "system", "user", "assistant", "tool"]
    core = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token=_UNKNOWN))
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made = Recording(tokenizer_object=core, unk_token=_UNKNOWN, pad_token=_PAD, eos_token=_END)
    made.chat_template = template
    return made


def check_chat(messages, text):
    """Find what of a chat is not in the text that is trained on, and what is in it that was never said."""
    for at, message in enumerate(messages):
        if not isinstance(message, dict):
            raise corrupt(f"message {at}: {message!r} is trained as a turn without a role")
        role = message.get("role", message.get("from"))
        if not isinstance(role, str) or role not in ROLES:
            raise corrupt(f"message {at}: trained under the role {role!r}")
        wrong = _of_content(message.get("content", message.get("value")), text, called=bool(message.get("tool_calls")))
        if wrong:
            raise corrupt(f"message {at}: {wrong}")
        if any(name not in text for name in _called(message)):
            raise corrupt(f"message {at}: its tool calls are lost")


def _of_content(content, text, *, called):
    """Return what became of a content, in words; nothing if it is trained as it is."""
    match content:
        case str():
            return "" if content in text else "its text is not in what is trained on"
        case None:
            return "" if called else "no content, trained as nothing"
        case []:
            return "its parts are trained as the text of a list"
        case list():
            said = [str(part.get("text") or "") for part in content if isinstance(part, dict)]
            if str(content)[:20] in text:
                return "its parts are trained as the text of a list"
            return "" if all(each in text for each in said) else "a part is not in what is trained on"
    return f"{content!r} is trained as text"


def _called(message):
    """Return the names of the functions a turn calls, as far as it says them."""
    calls = message.get("tool_calls")
    functions = [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
    names = [each.get("name") for each in functions if isinstance(each, dict)]
    return [name for name in names if isinstance(name, str)]
