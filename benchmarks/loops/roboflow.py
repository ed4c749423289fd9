# pyright: basic, reportMissingImports=false, reportIndexIssue=false
"""Roboflow's InferencePipeline around the same ONNX file, by `init_with_custom_logic`.

The model function is ours to write; it is what its users write: ONNX Runtime with its defaults.
"""

import cv2
import numpy as np
import onnxruntime
from clock import Clock
from inference import InferencePipeline
from opencv_dnn import CONFIDENCE, IOU


def main() -> None:
    clock = Clock()
    height, width = (int(side) for side in clock.more)
    session = onnxruntime.InferenceSession(clock.model, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    met = 0
    enough = False

    def model(frames):
        nonlocal met, enough
        found = []
        for frame in frames:
            found.append(None)
            if met % clock.stride == 0 and not enough:
                found[-1] = detect(frame.image)
                enough = clock.done()
                if enough:
                    pipeline.terminate()
            met += 1
        return found

    def detect(picture):
        scale = min(width / picture.shape[1], height / picture.shape[0])
        small = cv2.resize(picture, None, fx=scale, fy=scale)
        canvas = np.full((height, width, 3), 114, np.uint8)
        canvas[: small.shape[0], : small.shape[1]] = small
        blob = cv2.dnn.blobFromImage(canvas, 1 / 255, swapRB=True)
        rows = session.run(None, {name: blob})[0][0].T
        scores = rows[:, 4:].max(axis=1)
        rows, scores = rows[scores >= CONFIDENCE], scores[scores >= CONFIDENCE]
        corners = np.column_stack([rows[:, :2] - rows[:, 2:4] / 2, rows[:, 2:4]]) / scale
        kept = cv2.dnn.NMSBoxes(corners.tolist(), scores.tolist(), CONFIDENCE, IOU)
        return [(corners[i], scores[i], int(rows[i, 4:].argmax())) for i in kept]

    pipeline = InferencePipeline.init_with_custom_logic(
        video_reference=clock.clip, on_video_frame=model, on_prediction=lambda *_: None
    )
    pipeline.start(use_main_thread=True)
    pipeline.join()
    clock.report()


if __name__ == "__main__":
    main()
