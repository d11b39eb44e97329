"""llm-foundry: its validation of an example, taken out of a module that would import a whole trainer."""

from answering import serve
from stand_ins import bare, folder, taken

bare("llmfoundry", "llmfoundry.utils")
_PACKAGE = folder("llmfoundry")

from collections.abc import Callable, Mapping
from typing import Any, Literal, Optional, Union

from llmfoundry.utils import exceptions

_WANTED = {
    *("_get_example_type", "_get_key", "_validate_chat_formatted_example", "_ALLOWED_ROLE_KEYS"),
    *("_ALLOWED_CONTENT_KEYS", "_ALLOWED_ROLES", "_ALLOWED_LAST_MESSAGE_ROLES"),
    *("_tokenize_prompt_response_formatted_example",),
}
_GIVEN = vars(exceptions) | {
    "Mapping": Mapping,
    "Any": Any,
    "Callable": Callable,
    "Literal": Literal,
    "Optional": Optional,
    "Union": Union,
    "_tokenize_with_bos_removal": lambda **_: None,
}
_TASKS = taken(_PACKAGE / "data/finetuning/tasks.py", _WANTED, dict(_GIVEN))


def row(value, part):
    """Find the type of an example and validate it."""
    if _TASKS["_get_example_type"](value) == "chat":
        _TASKS["_validate_chat_formatted_example"](value)
    else:
        _TASKS["_tokenize_prompt_response_formatted_example"](value, None)


serve(row=row)
