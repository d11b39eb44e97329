"""langdetect: the language of each record, as its documentation has it for repeatable results."""

import sys
from contextlib import suppress
from pathlib import Path

from langdetect import DetectorFactory, LangDetectException, detect

from benchmarks.texts import records, texts

if __name__ == "__main__":
    DetectorFactory.seed = 0
    for record in records(Path(sys.argv[1])):
        with suppress(LangDetectException):  # no letters in it
            detect(texts(record).whole())
