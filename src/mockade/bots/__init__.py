"""Scripted players: clients of the public API that act on a world's clock."""
