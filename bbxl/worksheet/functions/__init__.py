"""The BB_ functions. Importing a module here enters its functions in the registry."""

# In the order in which the functions are listed to a person.
from bbxl.worksheet.functions import lines  # isort: skip
from bbxl.worksheet.functions import approaches  # isort: skip
from bbxl.worksheet.functions import projection  # isort: skip
from bbxl.worksheet.functions import investment  # isort: skip
from bbxl.worksheet.functions import risk  # isort: skip
from bbxl.worksheet.functions import profiles as requirements  # isort: skip
from bbxl.worksheet.functions import prices  # isort: skip
from bbxl.worksheet.functions import reference  # isort: skip

__all__ = [
    "approaches",
    "investment",
    "lines",
    "prices",
    "projection",
    "reference",
    "requirements",
    "risk",
]
