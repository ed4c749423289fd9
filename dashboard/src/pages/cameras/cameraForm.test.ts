import { expect, test } from "vitest";
import { EMPTY_FORM, toCamera } from "./cameraForm";

test("a path is a file that may start again", () => {
  const form = { ...EMPTY_FORM, name: " Gate ", url: " /clips/gate.mp4 " };

  expect(toCamera(form)).toEqual({
    name: "Gate",
    url: "/clips/gate.mp4",
    analysed_fps: 5,
    loop: true,
  });
});

test("a stream has no end to start again from", () => {
  const form = { ...EMPTY_FORM, name: "Gate", url: "rtsp://10.0.0.1/1" };

  expect(toCamera(form)).toEqual({ name: "Gate", url: "rtsp://10.0.0.1/1", analysed_fps: 5 });
});

test("the chosen kind decides, whatever the address looks like", () => {
  const form = { ...EMPTY_FORM, name: "Gate", url: "http://h/clip.mp4", kind: "file" as const };

  expect(toCamera(form)).toMatchObject({ kind: "file", loop: true });
});
