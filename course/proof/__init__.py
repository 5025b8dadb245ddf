"""Answer banks and mutants: they prove that tests judge right."""
