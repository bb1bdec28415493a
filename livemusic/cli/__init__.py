"""The command line: one module a command, imported only when it is called."""

from livemusic.cli.main import main

__all__ = ["main"]
