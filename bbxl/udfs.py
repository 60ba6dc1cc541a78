"""The module that xlwings imports in Excel: every worksheet function by its name.

On a machine without Excel it imports and does nothing.
"""

import sys

from bbxl.hosts.excel.functions import user_defined
from bbxl.hosts.excel.quiet import keep
from bbxl.worksheet import REGISTRY

globals().update({name: user_defined(function) for name, function in REGISTRY.items()})
keep(sys.modules[__name__])
