"""The building of the environments of the oracles."""

from __future__ import annotations

import shutil
import subprocess
import time
import venv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oracles.registry import Environment


def build(environment: Environment) -> str:
    """Build an environment anew and say what it cost; one that is there already is left alone."""
    if environment.installed:
        return f"{environment.name}: there already"
    begin = time.perf_counter()
    shutil.rmtree(environment.folder, ignore_errors=True)
    venv.create(environment.folder, with_pip=True)
    pip = [str(environment.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if environment.requires:
        subprocess.run([*pip, *environment.requires], check=True)
    if environment.bare:
        # What they need would be gigabytes, or asks for a newer Python: the adapters put stand-ins in its place.
        subprocess.run([*pip, "--no-deps", "--ignore-requires-python", *environment.bare], check=True)
    (environment.folder / "installed.txt").write_text(environment.lines, encoding="utf-8")
    size = sum(path.lstat().st_size for path in environment.folder.rglob("*") if path.is_file()) / (1 << 20)
    return f"{environment.name}: {size:.0f} MB in {time.perf_counter() - begin:.0f} s"
