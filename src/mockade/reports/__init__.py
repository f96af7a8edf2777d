"""What comes of a run, as one model, and every format that it is reported in."""
