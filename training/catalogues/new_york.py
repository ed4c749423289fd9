"""New York City's traffic cameras (Department of Transportation).

https://webcams.nyctmc.org: `GET /api/cameras` → a list with `id`, `name`, `latitude`, `longitude`,
`area`, `isOnline` (a text or a bool) and `imageUrl`. No documentation and no licence are published;
the shape is what its own page reads.
"""

from urllib.parse import quote

from training.catalogues.network import CameraNetwork
from training.catalogues.records import Dataset
from training.catalogues.shape import listing, mapping, needed, number, text


class NewYork(CameraNetwork):
    """`new-york`; ids are UUIDs."""

    name = "new-york"
    default_address = "https://webcams.nyctmc.org"
    publisher = "New York City Department of Transportation"
    terms = None
    poll_s = 10.0
    tags = ("new-york",)

    def cameras(self) -> list[Dataset]:
        answer = self.http.json("GET", f"{self.address}/api/cameras")
        found = (self._camera(entry) for entry in listing(answer, "cameras"))
        return [camera for camera in found if camera]

    def _camera(self, entry: object) -> Dataset | None:
        given = mapping(entry, "camera")
        if str(given.get("isOnline")).lower() != "true":
            return None
        name = needed(given.get("id"), "camera: id")
        own = f"{self.address}/api/cameras/{quote(name, safe='')}/image"
        where = number(given.get("longitude")), number(given.get("latitude"))
        title = text(given.get("name")) or name
        picture = text(given.get("imageUrl")) or own
        return self.camera(name, title, picture, where, text(given.get("area")))
