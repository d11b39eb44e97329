"""A git repository with the hooks in it, run by the real pre-commit."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
#: Where there is no network, and a proxy that nobody runs where that cannot be had.
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")


def isolated() -> list[str]:
    """Return what to put before a command so that it has no network; nothing where that is not allowed."""
    if shutil.which("unshare"):
        for command in (["unshare", "-n"], ["unshare", "-rn"]):
            if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
                return command
    return []


class Repository:
    """
    A git repository whose hooks are those of the manifest, run offline by what these tests run in.

    Attributes
    ----------
    path
        Its root.
    environment
        Of all commands in it.
    """

    def __init__(self, path: Path, home: Path) -> None:
        home.mkdir()
        self.path = path
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COV", "GIT_", "PRE_COMMIT", "DSREADY_", "SKIP"))
        }
        self.environment |= {
            **NOWHERE,
            "HOME": str(home),
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "DSREADY_CACHE_DIR": str(home / "cache"),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "a tester")
        self.git("config", "user.email", "tester@example.org")

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.path,
            env=self.environment | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )

    def git(self, *arguments: str, **more: str) -> str:
        done = self.run("git", *arguments, **more)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def hooks(self, *, entry: str = "", **more: Any) -> None:
        """Configure the hooks of the manifest as local ones, and install them."""
        import yaml  # noqa: PLC0415  (comes with pre-commit)

        hooks = yaml.safe_load(MANIFEST.read_bytes())
        me = entry or shlex.join([sys.executable, "-m", "dsready"])
        for hook in hooks:
            hook |= {"language": "unsupported", "entry": hook["entry"].replace("dsready", me, 1), **more}
        config = {"repos": [{"repo": "local", "hooks": hooks}]}
        self.write(".pre-commit-config.yaml", yaml.safe_dump(config).encode())
        self.git("add", ".pre-commit-config.yaml")
        assert self.run("pre-commit", "install").returncode == 0

    def write(self, name: str, content: bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def commit(self, *names: str) -> subprocess.CompletedProcess[str]:
        """Stage files as they are now, and commit what is staged, without a network."""
        if names:
            self.git("add", *names)
        return self.run(*isolated(), "git", "commit", "--quiet", "--message", "data")

    def hook(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a hook by hand."""
        return self.run(*isolated(), "pre-commit", "run", "--color", "never", *arguments)

    def dsready(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "dsready", *arguments)

    @property
    def commits(self) -> int:
        return len(self.git("log", "--oneline", "--all").splitlines())
