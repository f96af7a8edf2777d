"""Contracts, examples, fixtures and handlers held against each other."""
