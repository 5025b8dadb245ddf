"""How an exercise stands."""

from enum import StrEnum


class Status(StrEnum):
    """How a student stands with an exercise; the value is what people read."""

    NOT_ATTEMPTED = "not attempted"
    NOT_YET = "not yet"
    RIGHT = "right"
    WRITTEN = "written"  # an explanation, which a person marks
    WAITING = "waiting"  # for a person's points
