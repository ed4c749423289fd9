import { describe, expect, test } from "vitest";
import { decode, PICTURE, STATE } from "./protocol";

/** A message as the platform packs it. */
function message(kind: number, boxes: number[][], body: Uint8Array, version = 1): ArrayBuffer {
  const buffer = new ArrayBuffer(24 + 16 * boxes.length + body.length);
  const view = new DataView(buffer);
  view.setUint8(0, version);
  view.setUint8(1, kind);
  view.setUint16(2, 7);
  view.setUint16(4, 65535);
  view.setUint16(6, boxes.length);
  view.setUint32(8, 4_000_000_000);
  view.setFloat64(16, 1_795_000_000_123.5);
  boxes.forEach((box, i) => {
    box.slice(0, 6).forEach((value, j) => view.setUint16(24 + 16 * i + 2 * j, value));
    view.setUint32(24 + 16 * i + 12, box[6] ?? 0);
  });
  new Uint8Array(buffer).set(body, 24 + 16 * boxes.length);
  return buffer;
}

describe("a live message", () => {
  test("carries a picture with its boxes in fractions", () => {
    const jpeg = new Uint8Array([0xff, 0xd8, 0xff]);

    const picture = decode(message(PICTURE, [[0, 65535, 13107, 26214, 3, 65535, 90_000]], jpeg));

    expect(picture).toEqual({
      kind: PICTURE,
      slot: 7,
      rev: 65535,
      seq: 4_000_000_000,
      capturedMs: 1_795_000_000_123.5,
      boxes: [{ x: 0, y: 1, w: 0.2, h: 0.4, classIndex: 3, score: 1, track: 90_000 }],
      jpeg,
    });
  });

  test("says how a camera is, in any language", () => {
    const told = {
      camera: "c1",
      state: "online",
      reason: null,
      message: null,
      classes: [{ key: "with_helmet", zh: "戴头盔", en: "with helmet" }],
    };

    const state = decode(message(STATE, [], new TextEncoder().encode(JSON.stringify(told))));

    expect(state).toEqual({ kind: STATE, slot: 7, rev: 65535, state: told });
  });

  test("of a kind from a later release is passed over", () => {
    expect(decode(message(2, [], new Uint8Array()))).toBeUndefined();
  });

  test("of another version says what to do", () => {
    expect(() => decode(message(PICTURE, [], new Uint8Array(), 2))).toThrow("reload");
  });
});
