"""Mistakes of a person, with messages that say how to put them right."""


class UserError(Exception):
    """A person's mistake: a line for each fault, which names the place and the remedy."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))
