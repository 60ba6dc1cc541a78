"""Runs the command, for `python -m bbxl`."""

import sys

from bbxl.cli import main

sys.exit(main())
