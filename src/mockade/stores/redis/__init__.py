"""Worlds kept in a Redis or Valkey."""
