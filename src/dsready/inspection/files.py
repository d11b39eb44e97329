"""The files of a data set, opened when somebody asks for a record of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dsready.dataset.dataset import Dataset
from dsready.dataset.paths import STDIN, both
from dsready.dataset.source import open_source
from dsready.errors import InputError
from dsready.files import identity
from dsready.inspection.place import check_readable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dsready.config import Config
    from dsready.dataset.record import Record
    from dsready.dataset.settings import Settings
    from dsready.inspection.known import Where


class Files:
    """
    The files of a data set.

    Parameters
    ----------
    config
        It names them.
    scratch
        A folder for temporary files.

    Raises
    ------
    InputError
        If one of them is missing, or can be read only once.
    """

    def __init__(self, config: Config, scratch: Path) -> None:
        self.settings: Settings = config.settings
        train, evals = both(config.paths, config.eval, config.exclude)
        self._roles = {**dict.fromkeys(evals, "eval"), **dict.fromkeys(train, "train")}
        if STDIN in self._roles:
            raise InputError("standard input can be read only once", "name a file")
        for path in self._roles:
            check_readable(path)
        # As reports name them, whose paths may have been any bytes.
        self._names = {path.encode("utf-8", "backslashreplace").decode(): path for path in self._roles}
        self._opened: dict[str, Dataset] = {}
        self._scratch = scratch

    def named(self, path: str) -> str:
        """
        Return what reports call a file, by whatever path.

        Raises
        ------
        InputError
            If it is none of these.
        """
        wanted = identity(path)
        for name, one in self._names.items():
            if identity(one) == wanted:
                return name
        raise InputError(
            f"{path} is not among the files of the data set",
            "it is excluded, or PATHS name others: see dsready config",
        )

    def role(self, name: str) -> str:
        """Return "train" or "eval"."""
        return self._roles[self._names[name]]

    def data(self, name: str) -> Dataset:
        """Open a file: a data set of its own, whose keys are offsets."""
        if name not in self._opened:
            folder = self._scratch / str(len(self._opened))
            folder.mkdir()
            source = open_source(0, self._names[name], folder)
            self._opened[name] = Dataset([source], 1, self.settings, np.zeros(1, np.int64), 0)
        return self._opened[name]

    def records(self, wanted: Iterable[Where]) -> dict[Where, Record]:
        """Read records."""
        offsets: dict[str, list[int]] = {}
        for name, offset in wanted:
            offsets.setdefault(name, []).append(offset)
        return {
            (name, record.key): record
            for name, places in offsets.items()
            for record in self.data(name).fetch(np.array(places, np.int64))
        }
