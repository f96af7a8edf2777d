"""uvicorn on a port, with limits of its own. Knows no API."""
