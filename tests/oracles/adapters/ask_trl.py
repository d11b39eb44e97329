"""
TRL's trainers: the preparation of their data sets, taken whole out of each trainer, without torch.

The part is the trainer: sft, dpo, kto or reward. Lengths are left alone, for they depend on the tokenizer.
"""

import json
import tempfile
from itertools import islice
from types import SimpleNamespace

from answering import Verdict, accepted, in_a_file, refused, verdict
from ask_datasets import load
from stand_ins import bare, folder, taken
from tokenizer import build, check_chat

bare("trl")

import warnings
from collections.abc import Callable
from contextlib import nullcontext

from datasets import Dataset, IterableDataset
from transformers import PreTrainedTokenizerBase, ProcessorMixin
from trl import data_utils

#: Rows of a bad file that are judged by themselves, each in its own data set, until so many are named.
_ROWS, _NAMED = 40, 5
_CHATS = {
    "sft": ("messages", "conversations", "prompt", "completion"),
    "dpo": ("prompt", "chosen", "rejected"),
    "kto": ("prompt", "completion", "chosen", "rejected"),
    "reward": ("prompt", "chosen", "rejected"),
}


def _trainer(name):
    quiet = SimpleNamespace(warning=print, warning_once=print, info=print)
    given = vars(data_utils) | {
        "json": json,
        "warnings": warnings,
        "logger": quiet,
        "global_then_local_main_first": nullcontext,
        "Callable": Callable,
        "Dataset": Dataset,
        "IterableDataset": IterableDataset,
        "PreTrainedTokenizerBase": PreTrainedTokenizerBase,
        "ProcessorMixin": ProcessorMixin,
    }
    return taken(folder("trl") / f"trainer/{name}_trainer.py", {"_prepare_dataset"}, given)["_prepare_dataset"]


_PREPARE = {name: _trainer(name) for name in _CHATS}


def prepared(data, part):
    """Prepare a data set as its trainer would; return the texts that were tokenized."""
    tokenizer, first = build(), next(iter(data))
    if "image" in first or "images" in first:
        raise ValueError("The dataset appears to be vision-related, but the provided model does not seem to be")
    trainer = SimpleNamespace(
        _tokenizer=tokenizer,
        chat_template=None,
        completion_only_loss="prompt" in first and "completion" in first,
        calculate_KL=False,
        undesirable_weight=1.0,
        desirable_weight=1.0,
    )
    options = SimpleNamespace(
        dataset_num_proc=None,
        dataset_text_field="text",
        assistant_only_loss=False,
        max_length=None,
        truncation_mode="keep_start",
        shuffle_dataset=False,
        per_device_train_batch_size=8,
    )
    extra = (False, None, "train") if part == "sft" else ("train",)
    result = _PREPARE[part](trainer, data, tokenizer, options, *extra)
    if not len(result):
        raise ValueError("num_samples should be a positive integer value")  # what the sampler says before training
    empty = [row for row in result if any(not ids for key, ids in row.items() if key in ("input_ids", "chosen_ids"))]
    if empty:
        raise Verdict("drop", "nothing to train on")
    return tokenizer.texts


def judge(path, part, first=0):
    """Load a file, prepare it, and compare what is tokenized with the chats in it, from a row on."""
    with tempfile.TemporaryDirectory() as cache:
        data = load(path, cache)
        rows = list(data)
        texts = prepared(data, part or "sft")
        # KTO tokenizes all that were chosen, then all that were rejected.
        columns = 2 if part == "kto" and "chosen" in rows[0] else 1
        each, rest = divmod(len(texts), len(rows) * columns)
        half = len(texts) // columns
        starts = (column * half for column in range(columns))
        text = "\n".join(texts if rest else (text for at in starts for text in texts[at + first * each : at + half]))
        for row in rows[first:]:
            for key in _CHATS[part or "sft"]:
                if isinstance(row.get(key), list):
                    check_chat(row[key], text)
            system = row.get("system")
            if part in ("", "sft") and isinstance(system, str) and system.strip() and system not in text:
                raise Verdict("corrupt", "the system text is not in what is trained on")


def row(texts, part):
    """Judge the last row."""
    with in_a_file(texts) as path:
        judge(path, part, len(texts) - 1)


def file(path, part):
    """Judge a file; if something is wrong, judge some of its rows, to say which they are."""
    name, message = verdict(lambda: judge(path, part))
    rows = {}
    if name != "accept":
        for number, line in islice(enumerate(path.read_bytes().split(b"\n"), 1), _ROWS):
            if line.strip():
                found, said_of_it = verdict(lambda line=line: row([line.decode()], part))
                if found != "accept":
                    rows[number] = f"{found}: {said_of_it}"
            if len(rows) == _NAMED:
                break
    if name == "refuse":
        return refused(message) | accepted(rows) | {"accepted": False, "error": message}
    return accepted(rows, message)


if __name__ == "__main__":
    from answering import listen

    listen(row, file)
