"""
LLaMA-Factory: its converters, and the processor of the stage with the template of Qwen, without torch.

The part is the formatting, and for pairs and judgements the stage: alpaca, sharegpt, openai, alpaca-dpo,
sharegpt-dpo, alpaca-kto, sharegpt-kto. For messages without tools, openai is sharegpt with tags, as in its own
dataset_info.json. Lengths are left alone, for they depend on the tokenizer.
"""

from types import SimpleNamespace

from answering import corrupt, drop
from loaded import serve_loaded
from stand_ins import bare, pretend
from tokenizer import build

bare("llamafactory", "llamafactory.extras", "llamafactory.data", "llamafactory.data.processor")
pretend("torch", "torchaudio", "torchvision", "av", "peft", "llamafactory.extras.misc")

from llamafactory.data.converter import get_dataset_converter
from llamafactory.data.parser import DatasetAttr
from llamafactory.data.processor.feedback import FeedbackDatasetProcessor
from llamafactory.data.processor.pairwise import PairwiseDatasetProcessor
from llamafactory.data.processor.supervised import SupervisedDatasetProcessor
from llamafactory.data.template import TEMPLATES

_SHAREGPT = {"messages": "conversations", "system": "system", "tools": "tools"}
_ALPACA = {"prompt": "instruction", "query": "input", "response": "output", "system": "system", "history": "history"}
_OPENAI_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
    "observation_tag": "tool",
    "function_tag": "function_call",
}
_MESSAGES = {"messages": "messages", "tools": "tools"}
_PAIR = {"chosen": "chosen", "rejected": "rejected"}
#: What stands in `dataset_info.json`.
_INFO = {
    "alpaca": {"columns": _ALPACA},
    "alpaca-dpo": {"ranking": True, "columns": _ALPACA | _PAIR},
    "alpaca-kto": {"columns": _ALPACA | {"kto_tag": "kto_tag"}},
    "sharegpt": {"formatting": "sharegpt", "columns": _SHAREGPT},
    "sharegpt-dpo": {"formatting": "sharegpt", "ranking": True, "columns": _SHAREGPT | _PAIR},
    "sharegpt-kto": {"formatting": "sharegpt", "columns": _SHAREGPT | {"kto_tag": "kto_tag"}},
    "openai": {"formatting": "openai", "columns": _MESSAGES, "tags": _OPENAI_TAGS},
    "tags": {"formatting": "sharegpt", "columns": _MESSAGES, "tags": _OPENAI_TAGS},
}
_DATA_ARGS = SimpleNamespace(
    media_dir="", cutoff_len=1 << 30, mask_history=False, train_on_prompt=False, packing=False, neat_packing=False
)


def convert(row, part):
    """Convert a row, with the columns it lacks as null; give it to the processor; look for its texts in the result."""
    part = part or "alpaca"
    if part == "openai" and not _has_tools(row):
        part = "tags"
    attributes = DatasetAttr("file", dataset_name="train.jsonl")
    attributes.join(_INFO[part])
    columns = dict.fromkeys(_INFO[part]["columns"].values())
    made = get_dataset_converter(attributes.formatting, attributes, _DATA_ARGS)(columns | row)
    kinds = {"dpo": PairwiseDatasetProcessor, "kto": FeedbackDatasetProcessor}
    kind = kinds.get(part.rpartition("-")[2], SupervisedDatasetProcessor)
    tokenizer = build()
    tokenizer.encode = lambda text, **_: tokenizer.texts.append(text) or [1]
    processor = kind(TEMPLATES["qwen"], tokenizer, None, _DATA_ARGS)
    # A judgement is trained against the answer of its neighbour: a second row keeps it company.
    batch = {key: [value] for key, value in made.items()}
    result = processor.preprocess_dataset(batch)
    if not any(result.values()):
        raise drop("dropped invalid example")
    seen = "".join(tokenizer.texts)
    for turn in _turns(row, part):
        if isinstance(turn, str) and turn not in seen:
            raise corrupt(f"{turn[:60]!r} is not in what is trained on")
    if "detailed thinking off" in seen and "detailed thinking off" not in str(row):
        raise corrupt("'detailed thinking off' is put into the system prompt")


def _has_tools(row):
    """Tell whether a row has what only the formatting openai reads."""
    turns = row.get("messages")
    turns = [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
    if row.get("tools") and not isinstance(row["tools"], str):
        return True
    return any(turn.get("tool_calls") or turn.get("role") in ("tool", "observation") for turn in turns)


def _turns(row, part):
    """Return the texts of a row that should be trained on, or be the context of what is."""
    if part.startswith("alpaca"):
        return [row.get(key) for key in ("instruction", "input", "system")]
    key, name = ("messages", "content") if part in ("openai", "tags") else ("conversations", "value")
    return [turn.get(name) for turn in row[key] if not turn.get("from", "").startswith("function")]


serve_loaded(convert)
