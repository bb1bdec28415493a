"""`python -m livemusic` is `livemusic`."""

import sys

from livemusic.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
