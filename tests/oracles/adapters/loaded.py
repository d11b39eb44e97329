"""Judges that see what the JSON loader of `datasets` made of a file: most trainers do."""

from __future__ import annotations

import tempfile

from answering import accepted, in_a_file, lines, listen, refused, said, verdict
from ask_datasets import load


def serve_loaded(convert):
    """Answer by a function of a row as it was loaded and a part, which raises its judgement."""

    def file(path, part):
        with tempfile.TemporaryDirectory() as cache:
            try:
                rows = list(load(path, cache))
            except (Exception, StopIteration) as error:
                return refused(said(error))
        numbers = [number for number, _ in lines(path)]
        numbers = numbers if len(numbers) == len(rows) else range(1, len(rows) + 1)
        found = {}
        for number, each in zip(numbers, rows, strict=True):
            name, message = verdict(lambda each=each: convert(each, part))
            if name != "accept":
                found[number] = f"{name}: {message}"
        crashed = [message for message in found.values() if message.startswith("refuse")]
        if crashed:
            return accepted(found) | {"accepted": False, "error": crashed[0]}
        dropped = sum(message.startswith("drop") for message in found.values())
        return accepted(found, "every row is dropped" if rows and dropped == len(rows) else "")

    def row(texts, part):
        with in_a_file(texts) as path, tempfile.TemporaryDirectory() as cache:
            rows = list(load(path, cache))
        for each in rows[len(texts) - 1 :]:
            convert(each, part)

    listen(row, file)
