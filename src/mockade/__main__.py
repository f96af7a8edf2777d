"""`python -m mockade`."""

from mockade.cli import main

main()
