import { backoffMs } from "./backoff";
import { CreditGovernor } from "./credit";
import { type LiveState, PICTURE, acknowledge, decode, pause, subscribe } from "./protocol";
import { type Picture, SlotDecoder } from "./slotDecoder";

export interface Watcher {
  camera: string;
  /** Picture width wanted, in pixels; the platform sends the next larger one it makes. */
  width: number;
  fps: number;
  onPicture: (picture: Picture) => void;
  onState: (state: LiveState) => void;
}

export type Link = "idle" | "connecting" | "live" | "lost";

/** From one page to the next the socket stays open this long without any tile. */
const LINGER_MS = 5_000;
/** Tiles come and go in bursts: one subscription for all of them. */
const GATHER_MS = 50;
const REVISIONS = 0x10000;

/** The one WebSocket of this tab: every tile's pictures come through it. */
export class LiveConnection {
  #socket: WebSocket | undefined;
  #slots = new Map<number, { watcher: Watcher; decoder: SlotDecoder }>();
  #rev = 0;
  #attempt = 0;
  #retryTimer: number | undefined;
  #gather: number | undefined;
  #linger: number | undefined;
  #governor = new CreditGovernor();
  #link: Link = "idle";
  #listeners = new Set<() => void>();

  constructor(private readonly url: string) {
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
  }

  /** Starts pictures of one camera; returns the function that ends them. */
  watch(watcher: Watcher): () => void {
    const slot = this.#freeSlot();
    const decoder = new SlotDecoder(
      (picture) => this.#show(slot, watcher, picture),
      // A new subscription brings new credit, so only pictures of the newest one are acknowledged.
      (message) => message.rev === this.#rev && this.#send(acknowledge(1)),
    );
    this.#slots.set(slot, { watcher, decoder });
    this.#governor.forget(slot);
    this.#changed();
    return () => {
      this.#slots.delete(slot);
      this.#changed();
    };
  }

  get link(): Link {
    return this.#link;
  }

  onLink = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #freeSlot(): number {
    let slot = 0;
    while (this.#slots.has(slot)) slot += 1;
    return slot;
  }

  #show(slot: number, watcher: Watcher, picture: Picture): void {
    if (this.#slots.get(slot)?.watcher !== watcher) return picture.bitmap.close();
    watcher.onPicture(picture);
    if (this.#governor.shown(slot, picture.capturedMs, Date.now())) this.#changed();
  }

  #changed(): void {
    window.clearTimeout(this.#gather);
    this.#gather = window.setTimeout(() => this.#subscribe(), GATHER_MS);
  }

  #subscribe(): void {
    window.clearTimeout(this.#linger);
    if (this.#slots.size === 0) {
      this.#linger = window.setTimeout(() => this.#close(), LINGER_MS);
    } else if (!this.#socket) return this.#connect();
    if (this.#socket?.readyState !== WebSocket.OPEN || document.hidden) return;
    this.#rev = (this.#rev + 1) % REVISIONS;
    const tiles = [...this.#slots].map(([slot, { watcher }]) => ({
      slot,
      camera: watcher.camera,
      w: watcher.width,
      fps: watcher.fps,
    }));
    this.#send(subscribe(this.#rev, this.#governor.credit, tiles));
  }

  #connect(): void {
    window.clearTimeout(this.#retryTimer);
    this.#setLink(this.#attempt === 0 ? "connecting" : "lost");
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#attempt = 0;
      this.#setLink("live");
      this.#subscribe();
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.#receive(event.data);
    socket.onclose = () => this.#retry();
    this.#socket = socket;
  }

  #retry(): void {
    this.#socket = undefined;
    if (this.#slots.size === 0) return;
    this.#setLink("lost");
    this.#retryTimer = window.setTimeout(() => this.#connect(), backoffMs(this.#attempt));
    this.#attempt += 1;
  }

  #close(): void {
    window.clearTimeout(this.#retryTimer);
    if (this.#socket) this.#socket.onclose = null;
    this.#socket?.close();
    this.#socket = undefined;
    this.#setLink("idle");
  }

  #receive(buffer: ArrayBuffer): void {
    const message = decode(buffer);
    if (message?.rev !== this.#rev) return;
    const slot = this.#slots.get(message.slot);
    if (!slot) return;
    if (message.kind === PICTURE) return slot.decoder.offer(message);
    slot.decoder.classes = message.state.classes;
    slot.watcher.onState(message.state);
  }

  #visibilityChanged(): void {
    if (document.hidden) this.#send(pause());
    else this.#changed();
  }

  #send(text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  #setLink(link: Link): void {
    this.#link = link;
    for (const listener of this.#listeners) listener();
  }
}

const scheme = window.location.protocol === "https:" ? "wss" : "ws";

export const live = new LiveConnection(`${scheme}://${window.location.host}/api/v1/live`);
