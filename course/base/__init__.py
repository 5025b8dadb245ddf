"""Foundations of all other packages; starts no Jupyter process."""
