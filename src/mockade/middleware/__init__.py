"""A request's way, one middleware a file, in the order of `app.py`."""
