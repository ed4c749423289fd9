"""London's JamCams (Transport for London, Unified API).

https://api.tfl.gov.uk/swagger/ui/index.html, `GET /Place/Type/JamCam`: some 890 places with
`additionalProperties` `available`, `imageUrl`, `videoUrl` and `view`. An `app_key` raises the limit
of 50 requests a minute to 500; pictures are new every few minutes.
"""

from training.catalogues.network import CameraNetwork
from training.catalogues.records import Dataset
from training.catalogues.shape import listing, mapping, needed, number, text


class London(CameraNetwork):
    """`london`; ids such as `JamCams_00001.03766`."""

    name = "london"
    default_address = "https://api.tfl.gov.uk"
    publisher = "Transport for London"
    terms = (
        "Transport for London transport data service terms",
        "https://tfl.gov.uk/corporate/terms-and-conditions/transport-data-service",
    )
    poll_s = 120.0
    tags = ("london",)

    def cameras(self) -> list[Dataset]:
        params = {"app_key": self.key} if self.key else {}
        answer = self.http.json("GET", f"{self.address}/Place/Type/JamCam", params=params)
        found = (self._camera(place) for place in listing(answer, "JamCam"))
        return [camera for camera in found if camera]

    def _camera(self, given: object) -> Dataset | None:
        place = mapping(given, "JamCam: place")
        said: dict[str, str | None] = {}
        for property_ in listing(place.get("additionalProperties") or [], "JamCam: properties"):
            pair = mapping(property_, "JamCam: property")
            said[text(pair.get("key")) or ""] = text(pair.get("value"))
        if (said.get("available") or "").lower() != "true":
            return None
        name = needed(place.get("id"), "JamCam: id")
        where = number(place.get("lon")), number(place.get("lat"))
        title = text(place.get("commonName")) or name
        return self.camera(name, title, said.get("imageUrl") or "", where, said.get("view"))
