"""What a person got wrong, told so that they can mend it."""


class UserError(Exception):
    """A person's mistake: one line, or one for each fault, that names place and remedy."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))
