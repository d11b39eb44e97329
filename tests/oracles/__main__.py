"""`python tests/oracles`: the real validators, installed, asked, and compared with dsready."""

from oracles.cli import main

main()
