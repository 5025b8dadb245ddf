"""The one error that a command shows to its user."""


class CourseError(Exception):
    """A user's mistake or a broken course: one line that says what, and what to do."""
