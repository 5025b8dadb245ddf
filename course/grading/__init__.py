"""The way of a submission: read, merged, executed, recorded."""
