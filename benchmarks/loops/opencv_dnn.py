# pyright: basic
"""The loop that is in every tutorial: VideoCapture, blobFromImage, cv2.dnn, NMSBoxes."""

import cv2
import numpy as np
from clock import Clock

CONFIDENCE, IOU = 0.25, 0.45


def main() -> None:
    clock = Clock()
    height, width = (int(side) for side in clock.more)
    network = cv2.dnn.readNetFromONNX(clock.model)
    capture = cv2.VideoCapture(clock.clip)
    enough = False
    while not enough and capture.grab():
        _, picture = capture.retrieve()
        detect(network, picture, width, height)
        enough = clock.done()
        for _ in range(clock.stride - 1):
            capture.grab()
    clock.report()


def detect(network: cv2.dnn.Net, picture: np.ndarray, width: int, height: int):
    scale = min(width / picture.shape[1], height / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale)
    canvas = np.full((height, width, 3), 114, np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    network.setInput(cv2.dnn.blobFromImage(canvas, 1 / 255, swapRB=True))
    rows = network.forward()[0].T
    scores = rows[:, 4:].max(axis=1)
    rows, scores = rows[scores >= CONFIDENCE], scores[scores >= CONFIDENCE]
    corners = np.column_stack([rows[:, :2] - rows[:, 2:4] / 2, rows[:, 2:4]]) / scale
    kept = cv2.dnn.NMSBoxes(corners.tolist(), scores.tolist(), CONFIDENCE, IOU)
    return [(corners[i], scores[i], int(rows[i, 4:].argmax())) for i in kept]


if __name__ == "__main__":
    main()
