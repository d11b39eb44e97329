"""Unsloth: the standardising of a data set, taken out of a module that would import torch."""

import re
import tempfile

from answering import accepted, in_a_file, listen, refused, said
from ask_datasets import load
from stand_ins import bare, folder, pretend, taken

bare("unsloth_zoo")
pretend("unsloth_zoo.dataset_num_proc")
import unsloth_zoo.dataset_num_proc
from datasets import Dataset, IterableDataset

unsloth_zoo.dataset_num_proc.get_dataset_num_proc = lambda _: None
_PATH = folder("unsloth_zoo") / "dataset_utils.py"
_WANTED = {"standardize_data_formats", "_normalize_role_alias", "_ROLE_KEY_NAMES"}
_GIVEN = {"Dataset": Dataset, "IterableDataset": IterableDataset, "__package__": "unsloth_zoo", "re": re}
_STANDARDIZE = taken(_PATH, _WANTED, _GIVEN)["standardize_data_formats"]


def file(path, part):
    """Load a file and standardise it; a later row it dies of stops the job like an early one."""
    with tempfile.TemporaryDirectory() as cache:
        try:
            for _ in _STANDARDIZE(load(path, cache)):
                pass
        except (Exception, StopIteration) as error:
            return refused(said(error))
    return accepted()


def row(texts, part):
    """Judge the last row."""
    with in_a_file(texts) as path:
        answer = file(path, part)
    if not answer["accepted"]:
        raise RuntimeError(answer["error"])


listen(row, file)
