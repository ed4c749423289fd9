"""A camera that says who it is, as ONVIF says how."""

import socket
import threading

ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsdd="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<SOAP-ENV:Body><wsdd:ProbeMatches><wsdd:ProbeMatch>
<wsdd:Types>dn:NetworkVideoTransmitter</wsdd:Types>
<wsdd:Scopes>onvif://www.onvif.org/type/video_encoder
 onvif://www.onvif.org/hardware/DS-2CD2143 onvif://www.onvif.org/name/Gate%203%20%E5%8D%97
</wsdd:Scopes>
<wsdd:XAddrs>http://10.0.0.7/onvif/device_service?a=1&amp;b=2 http://[fe80::1]/onvif</wsdd:XAddrs>
</wsdd:ProbeMatch></wsdd:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"""


class StandIn:
    """A camera on loopback: answers every question with what a test wants it to say."""

    def __init__(self) -> None:
        self.says: list[bytes] = [ANSWER.encode()]
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.at: tuple[str, int] = self._socket.getsockname()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.at)
        self._thread.join(5)
        self._socket.close()

    def _run(self) -> None:
        while True:
            question, asker = self._socket.recvfrom(65_507)
            if not question:
                return
            self.asked.append(question.decode())
            for answer in self.says:
                self._socket.sendto(answer, asker)
