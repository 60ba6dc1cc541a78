"""The Excel host: functions that xlwings calls, and the add-in whose wrappers call them.

Nothing here imports `xlwings.pro` or `xlwings.server`, and no licence key is ever set.
"""
