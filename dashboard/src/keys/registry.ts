/**
 * Every key of the dashboard is registered here while what it does is on the screen.
 *
 * `press` is one key as the browser names it ("j", "Escape", "?", "Shift+J", "Ctrl+S", "Space"), or two
 * in a row ("g w"). Ctrl is ⌘ on a Mac, and works while somebody writes, too. A word of the page's
 * dictionary says what it does; the list behind `?` shows it.
 */
export interface Key {
  press: string;
  word: string;
  run: () => void;
}

/** Two keys in a row belong together within this time. */
const SEQUENCE_MS = 1000;

const active = new Set<readonly Key[]>();
let first: { name: string; at: number } | undefined;

/** Keys that are registered now, those of the newest part of the page last. */
export function activeKeys(): Key[] {
  return [...active].flat();
}

/** Register keys until the returned function is called; two of one `press` are a mistake. */
export function register(keys: readonly Key[]): () => void {
  const taken = new Set(activeKeys().map((key) => key.press));
  const twice = keys.find((key) => taken.has(key.press));
  if (twice) throw new Error(`the key "${twice.press}" (${twice.word}) is registered twice`);
  active.add(keys);
  return () => void active.delete(keys);
}

/** Whether somebody writes into the thing that has the focus, or chooses in it. */
function takesText(target: EventTarget | null, name: string): boolean {
  const element = target as Partial<HTMLInputElement> | null;
  // Of a choice only the keys that choose: letters stay ours once it was clicked.
  if (/^(radio|checkbox)$/.test(element?.type ?? "")) return /^(Arrow|Space)/.test(name);
  return element?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element?.tagName ?? "");
}

function nameOf(event: KeyboardEvent): string {
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.key.toUpperCase()}`;
  if (event.key === " ") return "Space";
  const shifted = event.shiftKey && event.key.length === 1 && /[A-Za-z]/.test(event.key);
  return shifted ? `Shift+${event.key.toUpperCase()}` : event.key;
}

/** Runs what a key is registered for; returns whether there was something. */
export function press(event: KeyboardEvent): boolean {
  if (event.altKey || event.isComposing) return false;
  const name = nameOf(event);
  if (!name.startsWith("Ctrl+") && takesText(event.target, name)) return false;
  const before = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.name} ` : "";
  first = undefined;
  const keys = activeKeys();
  const found = keys.find((key) => key.press === before + name) ?? keys.find((k) => k.press === name);
  if (found) {
    event.preventDefault();
    found.run();
    return true;
  }
  if (keys.some((key) => key.press.startsWith(`${name} `))) {
    first = { name, at: event.timeStamp };
  }
  return false;
}
