"""Mistakes of a person, with messages that say how to put them right."""

NO_MEMORY = "there is not enough memory; end other programs, or use fewer workers"


class UserError(Exception):
    """A person's mistake: a line for each fault, which names the place and the remedy."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))
