"""Live cameras that city governments publish as open data: pictures renewed every few minutes."""

from enum import StrEnum
from typing import Any

import httpx

from algorithms.errors import LonganError
from serving.demo.cameras import DemoCamera

MOST = 4
"""Cameras taken from one city."""

_AGENT = {"User-Agent": "Longan/0.1 (city video analytics, open source)"}


class City(StrEnum):
    LONDON = "london"
    SINGAPORE = "singapore"


_SOURCES = {
    City.LONDON: ("https://api.tfl.gov.uk/Place/Type/JamCam", 180.0),
    City.SINGAPORE: ("https://api.data.gov.sg/v1/transport/traffic-images", 180.0),
}


def live_cameras(city: City) -> list[DemoCamera]:
    """Some cameras of a city.

    Raises:
        LonganError: The city's service cannot be reached or says something else than documented.
    """
    address, poll_s = _SOURCES[city]
    try:
        answer = httpx.get(address, headers=_AGENT, timeout=20, follow_redirects=True)
        answer.raise_for_status()
        found = parse(city, answer.json())
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise LonganError(
            f"the open cameras of {city} cannot be read from {address}: {error!r}; they need the "
            "internet: try again later, or start without --open-cameras"
        ) from error
    return [
        DemoCamera(
            name,
            url,
            "snapshot",
            ("cycles-in-car-lane",),
            poll_s=poll_s,
            division=city.title(),
            lon=lon,
            lat=lat,
        )
        for name, url, lon, lat in found[:MOST]
    ]


def parse(city: City, answer: Any) -> list[tuple[str, str, float, float]]:
    """Name, picture address, longitude and latitude of each camera, as the service lists them.

    Raises:
        KeyError, TypeError: Not the documented shape.
    """
    if city is City.SINGAPORE:
        return [
            (
                f"Singapore {camera['camera_id']}",
                camera["image"],
                camera["location"]["longitude"],
                camera["location"]["latitude"],
            )
            for camera in answer["items"][0]["cameras"]
        ]
    cameras: list[tuple[str, str, float, float]] = []
    for place in answer:
        said = {p["key"]: p["value"] for p in place["additionalProperties"]}
        if said.get("available") == "true" and "imageUrl" in said:
            cameras.append((place["commonName"], said["imageUrl"], place["lon"], place["lat"]))
    return cameras
