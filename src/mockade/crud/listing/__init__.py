"""What a list's parameters ask for (pages, order, filters), and what the answer tells beside its rows."""
