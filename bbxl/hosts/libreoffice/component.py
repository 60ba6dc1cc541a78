"""What LibreOffice loads: an object with a method for each worksheet function.

This file stands at the top of the extension, beside the folder `pythonpath`
that holds bbxl and numpy. It runs in LibreOffice's own Python, where alone the
module uno exists.
"""

import sys
from pathlib import Path

import uno
import unohelper

# First, since an older numpy may be among the system's packages.
sys.path.insert(0, str(Path(__file__).parent / "pythonpath"))

from bbxl.hosts.libreoffice import cells, extension
from bbxl.worksheet import REGISTRY

_Interface = uno.getClass(extension.INTERFACE)


class Functions(unohelper.Base, _Interface):  # type: ignore[misc, valid-type]
    """The add-in; the methods that its interface promises are put into it below."""

    def __init__(self, context: object) -> None:
        super().__init__()


for _name, _function in REGISTRY.items():
    setattr(Functions, _name, staticmethod(cells.answering(_function)))

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 (LibreOffice asks for it)
g_ImplementationHelper.addImplementation(Functions, extension.IMPLEMENTATION, extension.SERVICES)
