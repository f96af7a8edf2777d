"""Mockade, and the peers beside it, on contracts that strangers published: `make corpus`, docs/corpus.md."""
