"""Cameras for a first look: a real clip, and live cameras of cities that publish them."""

from serving.demo.cameras import DemoCamera, clip_cameras, register
from serving.demo.cities import City, live_cameras

__all__ = ["City", "DemoCamera", "clip_cameras", "live_cameras", "register"]
