"""Executes notebooks of students: `execute` turns a Task into a Result."""
