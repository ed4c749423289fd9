/**
 * The messages of `/api/v1/live`. Up: JSON. Down: big-endian binary, one message a picture.
 *
 *     u8 version · u8 kind · u16 slot · u16 rev · u16 boxes · u32 seq · u32 reserved · f64 captured ms
 *     per box: u16 x y w h (of 65535) · u16 class · u16 score (of 65535) · u32 track
 *     then the JPEG (kind 1) or JSON (kind 3)
 */

export const PICTURE = 1;
export const STATE = 3;

const VERSION = 1;
const HEADER_BYTES = 24;
const BOX_BYTES = 16;
const FULL = 65535;

export interface TileWish {
  slot: number;
  camera: string;
  w: number;
  fps: number;
}

/** A box in fractions 0–1 of the picture; `classIndex` counts into the camera's class list. */
export interface LiveBox {
  x: number;
  y: number;
  w: number;
  h: number;
  classIndex: number;
  score: number;
  track: number;
}

export interface ClassLabel {
  key: string;
  zh: string;
  en: string;
}

/** What a camera is doing; sent on subscribing and on every change. */
export interface LiveState {
  camera: string;
  /** Null before the camera was ever read. */
  state: string | null;
  reason: string | null;
  message: string | null;
  classes: ClassLabel[];
}

interface Addressed {
  slot: number;
  rev: number;
}

export interface PictureMessage extends Addressed {
  kind: typeof PICTURE;
  seq: number;
  capturedMs: number;
  boxes: LiveBox[];
  jpeg: Uint8Array<ArrayBuffer>;
}

export interface StateMessage extends Addressed {
  kind: typeof STATE;
  state: LiveState;
}

/** Reads one message; undefined for kinds this version does not know. */
export function decode(buffer: ArrayBuffer): PictureMessage | StateMessage | undefined {
  const view = new DataView(buffer);
  const version = view.getUint8(0);
  if (version !== VERSION) {
    throw new Error(`live message: expected version ${VERSION}, got ${version}; reload the page`);
  }
  const kind = view.getUint8(1);
  const slot = view.getUint16(2);
  const rev = view.getUint16(4);
  const boxCount = view.getUint16(6);
  const body = new Uint8Array(buffer, HEADER_BYTES + boxCount * BOX_BYTES);

  if (kind === STATE) {
    return { kind, slot, rev, state: JSON.parse(new TextDecoder().decode(body)) as LiveState };
  }
  if (kind !== PICTURE) return undefined;
  return {
    kind,
    slot,
    rev,
    seq: view.getUint32(8),
    capturedMs: view.getFloat64(16),
    boxes: Array.from({ length: boxCount }, (_, i) => boxAt(view, HEADER_BYTES + i * BOX_BYTES)),
    jpeg: body,
  };
}

function boxAt(view: DataView, at: number): LiveBox {
  return {
    x: view.getUint16(at) / FULL,
    y: view.getUint16(at + 2) / FULL,
    w: view.getUint16(at + 4) / FULL,
    h: view.getUint16(at + 6) / FULL,
    classIndex: view.getUint16(at + 8),
    score: view.getUint16(at + 10) / FULL,
    track: view.getUint32(at + 12),
  };
}

export function subscribe(rev: number, credit: number, tiles: TileWish[]): string {
  return JSON.stringify({ type: "sub", rev, credit, tiles });
}

/** Gives back the credit of `n` pictures. */
export function acknowledge(n: number): string {
  return JSON.stringify({ type: "ack", n });
}

export function pause(): string {
  return JSON.stringify({ type: "pause" });
}
