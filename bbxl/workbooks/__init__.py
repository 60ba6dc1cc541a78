"""The workbooks that bbxl ships: how they are built, saved and found."""
