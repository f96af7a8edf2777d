"""Tests of what keeps worlds in a Redis."""
