"""Where worlds are kept beyond a process: what changed in them as bytes, and how others come by it."""
