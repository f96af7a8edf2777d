"""What a world holds at one moment, as immutable values: rows, indexes, timeline, clock."""
