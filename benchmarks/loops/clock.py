"""CPU time per picture once a loop is warm; runs in any environment, so it knows nothing of ours.

Every loop is a process: `python LOOP.py MODEL CLIP STRIDE LIMIT [MORE …]`. It looks at every
STRIDE-th picture of CLIP until LIMIT pictures are done, and prints one line of JSON.
"""

import json
import sys
import time

WARM_UP = 5
"""First pictures, not counted: buffers grow and models load."""


class Clock:
    def __init__(self) -> None:
        self.model, self.clip = sys.argv[1:3]
        self.stride, self.limit = int(sys.argv[3]), int(sys.argv[4])
        self.more = sys.argv[5:]
        self._seen = 0
        self._started_s = self._until_s = 0.0

    def done(self) -> bool:
        """Call after each picture; True when there were enough."""
        self._seen += 1
        self._until_s = time.process_time()
        if self._seen == WARM_UP:
            self._started_s = self._until_s
        return self._seen >= self.limit

    def report(self, **more: object) -> None:
        """Say what a picture cost this process, all of its threads."""
        counted = self._seen - WARM_UP
        cpu_ms = 1000 * (self._until_s - self._started_s) / max(1, counted)
        print(json.dumps({"pictures": counted, "cpu_ms": cpu_ms, **more}))
