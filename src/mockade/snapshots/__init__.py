"""A world's state as a document, and files of such documents."""
