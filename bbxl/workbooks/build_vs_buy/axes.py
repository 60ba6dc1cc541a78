"""What the comparison counts along."""

from bbxl.workbooks.layout import Axis

LONGEST = 60  # months of the longest horizon

APPROACHES = Axis("approach", 6, present="used", heading="name")
LISTED = Axis("listed", APPROACHES.count, present="listed")  # approaches in rows
MONTHS = Axis("month", LONGEST + 1)  # month 0 is the start
BANDS = Axis("band", APPROACHES.count, heading="band")
POINTS = Axis("point", 11)
PRICES = Axis("price", 3)
PLACES = Axis("place", APPROACHES.count)
