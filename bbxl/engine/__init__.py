"""The embedded engine: workbooks computed with no spreadsheet program at all."""
