"""The JSON loader of Hugging Face `datasets`: whether it loads a file, and whether every row comes back as written."""

import contextlib
import json
import os
import re
import tempfile
from math import isnan

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1")

from answering import accepted, refused, said, serve

#: Where the objects of a chat are: a key that is null there is a key that is absent.
_STRUCTURE = {
    *("messages", "conversations", "conversation", "prompt", "completion", "chosen", "rejected", "content", "contents"),
    *("parts", "tool_calls", "function", "function_call", "tools", "input", "preferred_output", "non_preferred_output"),
    *("image_url", "system", "candidates", "completions", "segments", "interactions", "toolConfig", "toolSpec"),
    *("toolUse", "toolResult", "functionCall", "functionResponse", "functionDeclarations", "systemInstruction"),
    *("samples", "history", "image", "video", "source", "s3Location", "fileData"),
}


def load(path, cache):
    """Return a file as the loader has it."""
    import datasets

    datasets.disable_progress_bars()
    return datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=cache)


def written(path):
    """Return the values of a file, in order, each with its line; nothing if they cannot be told."""
    text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    found = []
    with contextlib.suppress(ValueError):
        whole = json.loads(text)
        return [(1, value) for value in whole] if isinstance(whole, list) else [(1, whole)]
    decoder, at = json.JSONDecoder(), 0
    while True:
        at = re.compile(r"\s*").match(text, at).end()
        if at == len(text):
            return found
        line = text.count("\n", 0, at) + 1
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            return []
        found.append((line, value))


def change(before, after, path=()):
    """Return what became of a value, in words; empty if it is the same."""
    where = ".".join(map(str, path)) or "row"
    if isinstance(before, dict) and isinstance(after, dict):
        for key in after.keys() - before.keys():
            inside = all(isinstance(step, int) or step in _STRUCTURE for step in path)
            if after[key] is not None or not inside:
                return f"{where}: gained {key!r}"
        pairs = [(before[key], after.get(key), (*path, key)) for key in before]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(left, right, (*path, at)) for at, (left, right) in enumerate(zip(before, after, strict=True))]
    elif isinstance(before, bool) or isinstance(after, bool) or before is None or after is None:
        return "" if before is after else f"{where}: {before!r} became {after!r}"
    elif isinstance(before, (int, float)) and isinstance(after, (int, float)):
        same = before == after or (isnan(before) and isnan(after))
        return "" if same else f"{where}: {before!r} became {after!r}"
    else:
        same = type(before) is type(after) and before == after
        return "" if same else f"{where}: {before!r} became {after!r}"
    return next(filter(None, (change(*pair) for pair in pairs)), "")


def cause(error):
    """Return the exception that began it."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    return error


def file(path, part):
    """Load a file, read each row, and compare it with what is written."""

    with tempfile.TemporaryDirectory() as cache:
        try:
            data = load(path, cache)
            before, after = written(path), []
            for at in range(len(data)):
                try:
                    after.append(data[at])
                except Exception as error:
                    return refused(said(error), before[at][0] if at < len(before) else None)
        except (Exception, StopIteration) as error:
            found = said(error)
            first = said(cause(error))
            return refused(found if first == found else f"{found} <- {first}")
    rows = {}
    if before and len(before) != len(after):
        return accepted(error=f"{len(before)} values became {len(after)} rows")
    for (line, value), row in zip(before, after, strict=True):
        words = change(value, row)
        if words:
            rows[line] = f"corrupt: {words}"
    return accepted(rows)


if __name__ == "__main__":
    serve(file=file)
