"""Values and bodies for schemas that nobody wrote a value for."""
