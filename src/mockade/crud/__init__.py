"""What an operation does when nobody wrote it: list, create, read, replace, merge, delete, act on one row."""
