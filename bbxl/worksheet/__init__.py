"""What a cell can call: `REGISTRY` holds every worksheet function by its name."""

from bbxl.worksheet import functions  # noqa: F401  (fills the registry)
from bbxl.worksheet.registry import REGISTRY

__all__ = ["REGISTRY"]
