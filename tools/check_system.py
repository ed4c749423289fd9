"""Says in one line what only the system can give and is missing."""

import sys


def main() -> int:
    """Import what needs system libraries."""
    try:
        __import__("cv2")  # its wheel wants libGL and glib on a bare server
    except ImportError as error:
        print(  # noqa: T201
            f"OpenCV cannot start ({error}): run `apt-get install libgl1 libglib2.0-0` "
            "(Debian, Ubuntu), then this command again",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
