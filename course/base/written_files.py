"""Files under names that others have chosen."""

import errno
from collections.abc import Mapping
from pathlib import Path

# What the system says of a name that it cannot have, whatever the disk is like.
BAD_NAME = {
    *(errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTDIR, errno.EISDIR),
    *(errno.EEXIST, errno.ENOENT, errno.ELOOP),
}


def write_files(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write files below the folder; returns the names that no file can have here.

    Raises OSError for anything that is not the fault of a name, such as a full disk.
    """
    left_out = []
    for name, data in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno not in BAD_NAME:
                raise
            left_out.append(name)
    return left_out
