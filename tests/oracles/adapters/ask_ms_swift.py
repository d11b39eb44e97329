"""ms-swift: the preprocessor its loader would choose, with all its checks, without modelscope and torch."""

import tempfile

from answering import accepted, drop, in_a_file, lines, listen, refused, said, verdict
from ask_datasets import load
from stand_ins import bare, folder, pretend, taken

bare("swift", "swift.dataset", "swift.dataset.preprocessor")
pretend("modelscope", "swift.template", "swift.utils")

import json
import runpy
from types import SimpleNamespace

import swift.template
import swift.template.template_inputs
import swift.utils

_TEMPLATE = folder("swift") / "template"
_SCHEMA = folder("swift") / "utils/schema_utils.py"
_HISTORY = taken(_TEMPLATE / "utils.py", {"history_to_messages"}, {})
_CALLS = taken(_TEMPLATE / "template_inputs.py", {"normalize_openai_tool_calls"}, {"json": json})
_PADDING = runpy.run_path(str(_SCHEMA))  # it needs nothing else
swift.template.history_to_messages = _HISTORY["history_to_messages"]
swift.template.template_inputs.normalize_openai_tool_calls = _CALLS["normalize_openai_tool_calls"]
swift.template.MaxLengthError = type("MaxLengthError", (Exception,), {})
swift.utils.TOOL_KEYS, swift.utils.remove_arrow_padding = _PADDING["TOOL_KEYS"], _PADDING["remove_arrow_padding"]
swift.utils.get_logger = lambda: SimpleNamespace(info=print, warning=print)

from swift.dataset.preprocessor.core import AutoPreprocessor


def judgements(data):
    """Yield a judge of each row: what the preprocessor deletes with a line in its log is dropped."""
    preprocessor = AutoPreprocessor()._get_preprocessor(data)
    data = preprocessor.safe_rename_columns(data, preprocessor.columns)
    data = preprocessor.prepare_dataset(data)

    def judge(row):
        try:
            made = preprocessor.batched_preprocess(
                {key: [value] for key, value in row.items()}, strict=True, ignore_max_length_error=True
            )
        except Exception as error:
            raise drop(said(error)) from error
        if not made.get("messages"):
            raise drop("no messages are left")

    for row in data:
        yield lambda row=row: judge(row)


def file(path, part):
    """Load a file and let each row be preprocessed."""
    with tempfile.TemporaryDirectory() as cache:
        try:
            found = [verdict(each) for each in judgements(load(path, cache))]
        except (Exception, StopIteration) as error:
            return refused(said(error))
    numbers = [number for number, _ in lines(path)]
    numbers = numbers if len(numbers) == len(found) else range(1, len(found) + 1)
    rows = {at: f"{name}: {message}" for at, (name, message) in zip(numbers, found, strict=True) if name != "accept"}
    return accepted(rows, "every row is dropped" if len(rows) == len(found) else "")


def row(texts, part):
    """Judge the last row."""
    with in_a_file(texts) as path, tempfile.TemporaryDirectory() as cache:
        for judge in [*judgements(load(path, cache))][len(texts) - 1 :]:
            judge()


listen(row, file)
