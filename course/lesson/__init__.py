"""For authors: lessons in one form, checked, released."""
