"""xlwings, but for what it does at each call and when Python ends.

On Windows it looks at each call whether the file of the functions was changed, which takes longer
than a function does, and imports that file anew, without what belongs to it. When Python ends, it
starts `tasklist` and `taskkill`, by names that Windows looks for in the current folder first, and
ends every Excel that has no window of its own.
"""

import atexit
import sys
from types import ModuleType

import xlwings

if sys.platform == "win32":
    from xlwings import _xlwindows, udfs

    atexit.unregister(_xlwindows.cleanup)


def keep(module: ModuleType) -> None:
    """Have xlwings call a module's functions as they are now, whatever becomes of its file."""
    if sys.platform == "win32":
        known = {"module": module, "filename": module.__file__, "filetime": None}
        udfs.udf_modules[module.__name__] = known


__all__ = ["keep", "xlwings"]
