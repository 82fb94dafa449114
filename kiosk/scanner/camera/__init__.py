"""A camera as a source of scans: `CameraSource`, as `CameraWish` asks for it.

`devices` finds cameras, `capture` reads one in a thread of its own, `frames` judges what it gives, `lying` tells what
is new in the picture from what lies there, `source` puts it together. OpenCV and the engines that read codes are
imported in the camera's threads only. No picture is ever written to a file.
"""

from kiosk.scanner.camera.devices import CameraWish
from kiosk.scanner.camera.source import CameraSource, Glance

__all__ = ["CameraSource", "CameraWish", "Glance"]
