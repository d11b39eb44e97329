"""mlx-lm: the reading of a data set and the processing of each of its rows, without mlx."""

import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

from answering import accepted, corrupt, in_a_file, listen, refused, said, verdict
from stand_ins import bare, pretend
from tokenizer import build, check_chat

bare("mlx_lm", "mlx_lm.tuner")
pretend("mlx", "mlx_lm.cli_ui")

from mlx_lm.tuner.datasets import load_local_dataset


def check(data, at):
    """Process a row, and compare its chat with what was tokenized."""
    data.tokenizer.texts.clear()
    tokens, _ = data.process(data[at])
    if not tokens:
        raise ValueError("no tokens")
    if data[at].get("messages") and hasattr(data, "chat_key"):
        check_chat(data[at]["messages"], "\n".join(data.tokenizer.texts))
        system = data[at].get("system")
        if isinstance(system, str) and not any(system in text for text in data.tokenizer.texts):
            raise corrupt(f"the system text {system[:60]!r} is not in what is trained on")
    elif hasattr(data, "prompt_key"):
        turns = {"user": data[at][data.prompt_key], "assistant": data[at][data.completion_key]}
        check_chat([{"role": k, "content": v} for k, v in turns.items()], "\n".join(data.tokenizer.texts))


def read(path):
    """Return a file as the trainer has it."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copyfile(path, Path(name, "train.jsonl"))
        return load_local_dataset(Path(name), build(), SimpleNamespace(mask_prompt=False))[0]


def file(path, part):
    """Read a file and process its rows one after the other."""
    try:
        data = read(path)
    except Exception as error:
        return refused(said(error))
    found = {}
    for at in range(len(data)):
        name, message = verdict(lambda at=at: check(data, at))
        if name != "accept":
            found[at + 1] = f"{name}: {message}"
    crashed = [message for message in found.values() if message.startswith("refuse")]
    return accepted(found) | {"accepted": not crashed, "error": crashed[0] if crashed else ""}


def row(texts, part):
    """Judge the last row."""
    with in_a_file(texts) as path:
        data = read(path)
    for at in range(len(texts) - 1, len(data)):
        check(data, at)


listen(row, file)
