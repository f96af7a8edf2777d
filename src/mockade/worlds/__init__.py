"""Everything that calls change: worlds by name, each with state, journal and faults."""
