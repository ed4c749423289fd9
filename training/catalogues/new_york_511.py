"""511NY, the cameras of New York State.

https://511ny.org/developers/help: `GET /api/getcameras?key=…&format=json` → a list with `ID`,
`Name`, `RoadwayName`, `DirectionOfTravel`, `Latitude`, `Longitude`, `Url` (the picture), `Disabled`
and `Blocked`. Ten requests a minute.
"""

from training.catalogues.network import CameraNetwork
from training.catalogues.records import Dataset
from training.catalogues.shape import listing, mapping, needed, number, text
from training.errors import CatalogueError


class NewYork511(CameraNetwork):
    """`new-york-511`; wants a key."""

    name = "new-york-511"
    default_address = "https://511ny.org"
    pause_s = 6.0
    publisher = "511NY, New York State Department of Transportation"
    terms = ("511NY developer access agreement", None)
    poll_s = 60.0
    tags = ("new-york-511",)

    def cameras(self) -> list[Dataset]:
        if not self.key:
            raise CatalogueError(
                "new-york-511 wants a developer key: register at https://511ny.org and set "
                'LONGAN_CATALOGUE_KEYS={"new-york-511": "…"}'
            )
        params = {"key": self.key, "format": "json"}
        answer = self.http.json("GET", f"{self.address}/api/getcameras", params=params)
        found = (self._camera(entry) for entry in listing(answer, "getcameras"))
        return [camera for camera in found if camera]

    def _camera(self, entry: object) -> Dataset | None:
        given = mapping(entry, "getcameras: camera")
        if given.get("Disabled") is True or given.get("Blocked") is True:
            return None
        name = needed(given.get("ID"), "getcameras: ID")
        where = number(given.get("Longitude")), number(given.get("Latitude"))
        road = filter(None, (text(given.get("RoadwayName")), text(given.get("DirectionOfTravel"))))
        title = text(given.get("Name")) or name
        return self.camera(name, title, text(given.get("Url")) or "", where, ", ".join(road))
