"""The types of OpenAI's client: the messages of a chat, as far as pydantic looks at them."""

from openai.types.chat import ChatCompletionMessageParam
from pydantic import TypeAdapter

from answering import serve

_MESSAGES = TypeAdapter(list[ChatCompletionMessageParam])


def row(value, part):
    """Validate the messages; those of a pair, and both its answers."""
    if part == "dpo":
        _MESSAGES.validate_python(value["input"]["messages"])
        _MESSAGES.validate_python(value["preferred_output"])
        _MESSAGES.validate_python(value["non_preferred_output"])
    else:
        _MESSAGES.validate_python(value["messages"])


serve(row=row)
