"""Whether a pass is to be believed."""
