"""Processes that serve one port together: started, watched, replaced one by one, ended. Knows no server."""
