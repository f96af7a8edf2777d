"""Serving files while they change (`--watch`)."""
