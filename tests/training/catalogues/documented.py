"""Answers in the shapes the catalogues document; the module of each adapter says where.

CKAN's, DCAT's and Croissant's own are recorded from a real CKAN 2.12 (`recorded/`).
"""

import json
from typing import Any

SHA256 = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
"""Of the one letter `a`."""

MD5 = "0cc175b9c0f1b6a831c399e269772661"
"""The same."""


def datagov(*slugs: str, after: str | None = None) -> dict[str, Any]:
    results = [
        {
            "_score": 100.06136,
            "_sort": [100.06136, 0, "b1a3967c2a111f167817b0124c52b0ac"],
            "title": f"Helmets {slug}",
            "slug": slug,
            "publisher": "Department of Transportation",
            "identifier": f"id-{slug}",
            "last_harvested_date": "2026-05-02T10:00:00",
            "keyword": ["helmet"],
            "harvest_record": "https://catalog.data.gov/harvest_record/1",
            "dcat": {
                "@type": "dcat:Dataset",
                "accessLevel": "public",
                "title": f"Helmets {slug}",
                "description": "Riders.",
                "identifier": f"id-{slug}",
                "license": "https://creativecommons.org/publicdomain/zero/1.0/",
                "modified": "2026-04-01",
                "publisher": {"@type": "org:Organization", "name": "Federal Highways"},
                "distribution": [
                    {
                        "@type": "dcat:Distribution",
                        "downloadURL": "https://files.example.gov/helmets.csv",
                        "mediaType": "text/csv",
                        "title": "Table",
                    }
                ],
            },
        }
        for slug in slugs
    ]
    return {"sort": "relevance", "results": results} | ({"after": after} if after else {})


def discovery(*ids: str, total: int | None = None) -> dict[str, Any]:
    results = [
        {
            "resource": {
                "id": id_,
                "name": f"Bicycle counts {id_}",
                "description": "Counts.",
                "attribution": "Department of Transportation (DOT)",
                "type": "dataset",
                "updatedAt": "2026-03-02T10:00:00.000Z",
                "data_updated_at": "2026-03-01T10:00:00.000Z",
                "columns_name": ["Date", "Count"],
            },
            "classification": {"categories": ["transportation"], "tags": ["bicycle"]},
            "metadata": {"domain": "127.0.0.1", "license": "Creative Commons Attribution 4.0"},
            "permalink": f"https://data.example.us/d/{id_}",
            "link": f"https://data.example.us/Transportation/x/{id_}",
        }
        for id_ in ids
    ]
    return {
        "results": results,
        "resultSetSize": len(ids) if total is None else total,
        "timings": {"serviceMillis": 5},
    }


def ods_dataset(name: str, attachments: bool = False) -> dict[str, Any]:
    return {
        "dataset_id": name,
        "dataset_uid": "da_1",
        "attachments": [{"mimetype": "application/zip", "id": "a", "title": "pictures.zip"}]
        if attachments
        else [],
        "has_records": True,
        "data_visible": True,
        "features": ["analyze"],
        "fields": [{"name": "x", "type": "text"}],
        "metas": {
            "default": {
                "title": f"Vélos {name}",
                "description": "<p>Casques</p>",
                "license": "Open Database License (ODbL)",
                "license_url": "https://opendatacommons.org/licenses/odbl/",
                "publisher": "Ville de Paris",
                "modified": "2026-02-01T01:02:03+00:00",
                "keyword": ["casque"],
                "records_count": 3,
            }
        },
    }


def ods_attachments(url: str) -> dict[str, Any]:
    return {
        "links": [],
        "attachments": [
            {"href": url, "metas": {"mime-type": "application/zip", "title": "pictures.zip"}}
        ],
    }


def data_json(url: str = "https://data.example.gov/helmets.csv") -> dict[str, Any]:
    """DCAT-US 1.1."""
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "dataset": [
            {
                "@type": "dcat:Dataset",
                "title": "Helmet survey",
                "description": "Riders with and without.",
                "identifier": "https://data.example.gov/id/1",
                "keyword": ["rider", "e-bike"],
                "modified": "2026-01-31",
                "license": "http://www.opendefinition.org/licenses/odc-pddl",
                "publisher": {"@type": "org:Organization", "name": "City of Example"},
                "landingPage": "https://data.example.gov/helmets",
                "distribution": [
                    {"@type": "dcat:Distribution", "downloadURL": url, "mediaType": "text/csv"},
                    {"@type": "dcat:Distribution", "title": "no address"},
                ],
            },
            {"title": "Trees", "identifier": "2", "keyword": ["green"]},
        ],
    }


def find_page(*entries: dict[str, Any]) -> dict[str, Any]:
    """Shenzhen's list: JSON in a text."""
    inside = {"list": list(entries), "otherData": {"cityCount": 1}, "first": True, "last": True}
    return {"dataList": json.dumps(inside, ensure_ascii=False)}


def sz_entry(number: int, title: str = "共享单车企业每日订单表") -> dict[str, Any]:
    return {
        "resId": f"29200/{number:08}",
        "resTitle": title,
        "officeName": "深圳市交通运输局",
        "publishDate": "2020-01-01 00:00:00",
        "updateDate": "2026-01-02 03:04:05",
        "dataUpdateTime": "2026-01-03 03:04:05",
        "keyword": "单车,骑行",
        "resAbstract": "每日订单",
        "openLevel": "1",
    }


def traffic_images(picture: str) -> dict[str, Any]:
    return {
        "api_info": {"status": "healthy"},
        "items": [
            {
                "timestamp": "2026-05-07T09:53:34+08:00",
                "cameras": [
                    {
                        "timestamp": "2026-05-07T09:53:14+08:00",
                        "image": picture,
                        "location": {"latitude": 1.323604823, "longitude": 103.8587802},
                        "camera_id": "1701",
                        "image_metadata": {"height": 480, "width": 640, "md5": MD5},
                    }
                ],
            }
        ],
    }


def jam_cam(picture: str, available: str = "true") -> dict[str, Any]:
    def said(key: str, value: str) -> dict[str, str]:
        return {
            "$type": "Tfl.Api.Presentation.Entities.AdditionalProperties",
            "category": "payload",
            "key": key,
            "sourceSystemKey": "JamCams",
            "value": value,
            "modified": "2026-05-26T17:34:51.13Z",
        }

    return {
        "$type": "Tfl.Api.Presentation.Entities.Place, Tfl.Api.Presentation.Entities",
        "id": "JamCams_00001.03766",
        "url": "/Place/JamCams_00001.03766",
        "commonName": "A20 Sidcup Bypass/Perry St",
        "placeType": "JamCam",
        "additionalProperties": [
            said("available", available),
            said("imageUrl", picture),
            said("videoUrl", "https://s3-eu-west-1.amazonaws.com/jamcams.tfl.gov.uk/1.mp4"),
            said("view", "East Facing"),
        ],
        "children": [],
        "childrenUrls": [],
        "lat": 51.41814,
        "lon": 0.10011,
    }


def camera_list(picture: str) -> bytes:
    """Hong Kong's XML."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<image-list>
  <image>
    <key>H429F</key><region>Hong Kong Island</region><district>Southern</district>
    <description>Aberdeen Praya Road near Aberdeen Centre [H429F]</description>
    <easting>834067.89</easting><northing>812098.75</northing>
    <latitude>22.2480</latitude><longitude>114.1553</longitude>
    <url>{picture}</url>
  </image>
</image-list>""".encode()


def nyc_camera(picture: str, online: object = "true") -> dict[str, Any]:
    return {
        "id": "07b8616e-373e-4ec9-89cc-11cad7d59fcb",
        "name": "Worth St @ Centre St",
        "latitude": 40.715157,
        "longitude": -74.00213,
        "area": "Manhattan",
        "isOnline": online,
        "imageUrl": picture,
    }


def ny511_camera(picture: str, disabled: bool = False) -> dict[str, Any]:
    return {
        "Latitude": 40.6667,
        "Longitude": -73.6368,
        "ID": "Skyline-707",
        "Name": "NY 27 at North Village Ave",
        "DirectionOfTravel": "Westbound",
        "RoadwayName": "NY 27",
        "Url": picture,
        "VideoUrl": "https://s7.nysdot.skyvdn.com/rtplive/R10_334/playlist.m3u8",
        "Disabled": disabled,
        "Blocked": False,
    }
