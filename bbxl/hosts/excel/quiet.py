"""xlwings, but for what it does when Python ends.

On Windows it then starts `tasklist` and `taskkill`, by names that Windows looks for in the
current folder first, and ends every Excel that has no window of its own.
"""

import atexit
import sys

import xlwings

if sys.platform == "win32":
    from xlwings import _xlwindows

    atexit.unregister(_xlwindows.cleanup)

__all__ = ["xlwings"]
