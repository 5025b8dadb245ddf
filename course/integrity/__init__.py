"""Evidence that tests which passed could have failed."""
