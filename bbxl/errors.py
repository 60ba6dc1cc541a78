"""What a person got wrong, told so that they can mend it."""


class UserError(Exception):
    """A person's mistake: one line that names the place and the remedy."""
