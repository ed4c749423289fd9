"""What people and programs ask the platform: REST, server-sent events, live pictures."""

from serving.api.app import create_api
from serving.api.wires import Admission, Preview, PreviewBox, PreviewFrame, PreviewWant

__all__ = ["Admission", "Preview", "PreviewBox", "PreviewFrame", "PreviewWant", "create_api"]
