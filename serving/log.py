"""Structured log lines: a fixed sentence and fields, never an address with a password."""

import logging
import sys
from pathlib import Path

import structlog


def configure_logging(file: Path | None = None) -> None:
    """Log as JSON, a line an entry; for people where standard error is a terminal.

    Args:
        file: Made with its folder; None: standard error.
    """
    if file is None:
        stream = sys.stderr
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        stream = file.open("a", encoding="utf-8", buffering=1)
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if stream.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
    )
