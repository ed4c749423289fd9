"""Singapore's traffic pictures (Land Transport Authority through data.gov.sg).

https://data.gov.sg/datasets/d_6cdb6b405b25aaaacbaf7689bcc6fae0/view:
`GET /v1/transport/traffic-images` → `items[0].cameras[]` with `camera_id`, `image`, `location`,
`timestamp` and an MD5; not more often than every three minutes. Each picture has an address of its
own, so these are pictures only: as cameras they cannot be registered.
"""

from training.catalogues.licences import licence
from training.catalogues.network import CameraNetwork
from training.catalogues.records import Dataset, RemoteFile
from training.catalogues.shape import (
    checksums,
    file_name,
    listing,
    mapping,
    moment,
    needed,
    number,
    web_address,
)


class Singapore(CameraNetwork):
    """`singapore`; ids are LTA's camera numbers."""

    name = "singapore"
    default_address = "https://api.data.gov.sg"
    publisher = "Land Transport Authority, Singapore"
    terms = ("Singapore Open Data Licence version 1.0", "https://data.gov.sg/open-data-licence")
    poll_s = 180.0
    tags = ("singapore",)

    def cameras(self) -> list[Dataset]:
        headers = {"x-api-key": self.key} if self.key else {}
        url = f"{self.address}/v1/transport/traffic-images"
        answer = mapping(self.http.json("GET", url, headers=headers), "traffic-images")
        items = listing(answer.get("items"), "traffic-images: items")
        latest = mapping(items[0] if items else {}, "traffic-images: items[0]")
        given = listing(latest.get("cameras") or [], "traffic-images: cameras")
        return [camera for entry in given if (camera := self._camera(entry))]

    def _camera(self, entry: object) -> Dataset | None:
        given = mapping(entry, "traffic-images: camera")
        name = needed(given.get("camera_id"), "traffic-images: camera_id")
        url = web_address(given.get("image"))
        if url is None:
            return None
        place = mapping(given.get("location") or {}, f"camera {name}: location")
        lon, lat = number(place.get("longitude")), number(place.get("latitude"))
        about = mapping(given.get("image_metadata") or {}, f"camera {name}: image_metadata")
        taken_at = moment(given.get("timestamp"))
        return Dataset(
            catalogue=self.name,
            id=name,
            title=f"LTA {name}",
            description=f"longitude {lon}, latitude {lat}",
            publisher=self.publisher,
            licence=licence(*self.terms) if self.terms else None,
            updated_at=taken_at,
            files=(
                RemoteFile(
                    id="picture",
                    name=file_name(f"{name}.jpg", url),
                    url=url,
                    media_type="image/jpeg",
                    md5=checksums(about.get("md5"))[1],
                    updated_at=taken_at,
                ),
            ),
        )
