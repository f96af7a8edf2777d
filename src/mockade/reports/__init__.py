"""What comes of a run, as one model, and every form that it is reported in."""
