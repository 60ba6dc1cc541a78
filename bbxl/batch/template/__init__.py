"""The template of a batch: the cells that can be filled, and what each may hold."""
