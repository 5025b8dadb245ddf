"""Commands of instructors beyond grading."""
