"""Mockade stands in for a game backend: stateful, contract-checked, in the vendor's own words."""

__version__ = "0.1.0"
