"""Says in one line what only the system can give and is missing."""

import sys

from algorithms.admission import bubblewrap


def main() -> int:
    """Import what needs system libraries; without bubblewrap all but submissions works."""
    try:
        __import__("cv2")  # its wheel wants libGL and glib on a bare server
    except ImportError as error:
        print(  # noqa: T201
            f"OpenCV cannot start ({error}): run `apt-get install libgl1 libglib2.0-0` "
            "(Debian, Ubuntu), then this command again",
            file=sys.stderr,
        )
        return 1
    if why_not := bubblewrap.why_not():
        print(  # noqa: T201
            f"Submitted models will be refused ({why_not}): run `apt-get install bubblewrap` "
            "(Debian, Ubuntu); docs/submitting.md says more",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
