# pyright: basic, reportMissingImports=false
"""A real RTSP server for tests: FILE (H.264 in mp4) at rtsp://127.0.0.1:PORT/cam0 … camN-1.

    /usr/bin/python3 rtsp_server.py PORT FILE [N]

Runs on the system Python with Debian's gir1.2-gst-rtsp-server-1.0, python3-gi and the GStreamer
base, good and bad plugins. Prints "ready PORT". Each session plays the file once.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

port, file = sys.argv[1], sys.argv[2]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 1
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
for i in range(count):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( filesrc location={file} ! qtdemux ! h264parse config-interval=1 "
        "! rtph264pay name=pay0 pt=96 )"
    )
    factory.set_shared(True)
    server.get_mount_points().add_factory(f"/cam{i}", factory)
server.attach(None)
print("ready", port, flush=True)  # noqa: T201
GLib.MainLoop().run()
