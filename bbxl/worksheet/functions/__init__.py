"""The BB_ functions. Importing a module here enters its functions in the registry."""

from bbxl.worksheet.functions import approaches, lines, reference, requirements

__all__ = ["approaches", "lines", "reference", "requirements"]
