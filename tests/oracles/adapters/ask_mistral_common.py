"""mistral-common's validator in fine-tuning mode; the part is the version of the tokenizer: v3, v7 or v13."""

from mistral_common.protocol.instruct.messages import FinetuningAssistantMessage
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.protocol.instruct.validator import ValidationMode, get_validator
from mistral_common.tokens.tokenizers.base import TokenizerVersion

from answering import serve


def row(value, part):
    """Validate the request; the weights of its answers by the messages alone, for a request knows none."""
    validator = get_validator(TokenizerVersion(part or "v7"), ValidationMode.finetuning)
    weighted = [
        message
        for message in value["messages"]
        if isinstance(message, dict) and message.get("role") == "assistant" and "weight" in message
    ]
    if weighted:
        bare = [
            {key: item for key, item in message.items() if key != "weight" or message.get("role") != "assistant"}
            for message in value["messages"]
        ]
        request = ChatCompletionRequest(**(value | {"messages": bare}))
        validator.validate_messages(
            [
                FinetuningAssistantMessage(**message) if message.get("role") == "assistant" else made
                for message, made in zip(value["messages"], request.messages, strict=True)
            ]
        )
    else:
        request = ChatCompletionRequest(**value)
    validator.validate_request(request)


serve(row=row)
