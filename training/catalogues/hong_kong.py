"""Hong Kong's traffic snapshots (Transport Department).

https://data.gov.hk/en-data/dataset/hk-td-tis_2-traffic-snapshot-images: the list is XML,
`<image-list><image><key/><region/><district/><description/>…<latitude/><longitude/><url/>`;
pictures are new every two minutes.
"""

from xml.etree import ElementTree

from training.catalogues.network import CameraNetwork
from training.catalogues.records import Dataset
from training.catalogues.shape import number
from training.errors import CatalogueError

LIST = "/td/traffic-snapshot-images/code/Traffic_Camera_Locations_En.xml"


class HongKong(CameraNetwork):
    """`hong-kong`; ids are the department's keys, such as `H429F`."""

    name = "hong-kong"
    default_address = "https://static.data.gov.hk"
    publisher = "Transport Department, Hong Kong"
    terms = (
        "DATA.GOV.HK terms and conditions of use",
        "https://data.gov.hk/en/terms-and-conditions",
    )
    poll_s = 120.0
    tags = ("hong-kong",)

    def cameras(self) -> list[Dataset]:
        body = self.http.content("GET", f"{self.address}{LIST}")
        try:
            if b"<!DOCTYPE" in body[:4096]:  # the list has none; it could blow up in memory
                raise ElementTree.ParseError
            images = list(ElementTree.fromstring(body).iter("image"))
        except (ElementTree.ParseError, LookupError, ValueError):
            raise CatalogueError(
                f"{self.shown}{LIST}: expected an XML list of cameras, got something else"
            ) from None
        if not images:
            raise CatalogueError(f"{self.shown}{LIST}: expected <image> in the list, got none")
        found = (self._camera(image) for image in images)
        return [camera for camera in found if camera]

    def _camera(self, image: ElementTree.Element) -> Dataset | None:
        given = {part.tag: (part.text or "").strip() for part in image}
        name = given.get("key")
        if not name:
            return None
        where = number(given.get("longitude")), number(given.get("latitude"))
        about = ", ".join(filter(None, (given.get("district"), given.get("region"))))
        title = given.get("description") or name
        return self.camera(name, title, given.get("url", ""), where, about or None)
