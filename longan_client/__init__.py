"""Longan from a program: submit a model, wait for the verdict, deploy it, follow what is seen.

```python
from pathlib import Path
from longan_client import Client

with Client("http://127.0.0.1:8000", token) as longan:
    submission = longan.wait(longan.submit(Path("model.onnx"), Path("algorithm.yaml")).id)
    longan.deploy("crowd", camera_ids=["01JC…"], algorithm=submission.reference)
    for message in longan.follow():
        print(message.event["type"], message.event["data"])
```

It needs httpx and nothing else of this repository.
"""

from longan_client.client import Client, Message, Submission
from longan_client.errors import (
    PlatformError,
    RefusedError,
    RejectedError,
    UnreachableError,
    WrongFieldError,
)

__all__ = [
    "Client",
    "Message",
    "PlatformError",
    "RefusedError",
    "RejectedError",
    "Submission",
    "UnreachableError",
    "WrongFieldError",
]
