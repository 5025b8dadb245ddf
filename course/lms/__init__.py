"""Learning management systems: Moodle and Canvas."""
