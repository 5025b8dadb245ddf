"""What everything else stands on; knows no Jupyter process."""
