"""`dsready clean`: delete what is kept between runs."""

from __future__ import annotations

import click

from dsready import cache
from dsready.cli.terminal import emit


@click.command("clean", short_help="Delete what is kept between runs.")
@click.option("--cache-dir", metavar="PATH", envvar=cache.DIR, show_envvar=True, help="Where it is kept.")
def command(cache_dir: str | None) -> None:
    """
    Delete what is kept between runs.

    The next run is slower, and says the same.
    """
    freed = cache.clean(cache_dir)
    emit(f"{freed / 1e6:,.1f} MB freed\n" if freed else "nothing was kept there\n")
