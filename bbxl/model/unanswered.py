"""Questions that have no answer, or one that is too large to work out."""


class NoAnswerError(ValueError):
    """There is no such figure; the text says what holds instead."""


class TooLargeError(ValueError):
    """Working it out would take too long, or too much memory."""
