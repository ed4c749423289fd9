import { afterEach, expect, test, vi } from "vitest";
import { press, register } from "./registry";

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((each) => each()));

function key(name: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return { key: name, timeStamp: 0, target: null, preventDefault: vi.fn(), ...more } as KeyboardEvent;
}

test("one key, and two in a row, do what they are registered for", () => {
  const one = vi.fn();
  const two = vi.fn();
  undo.push(register([{ press: "j", word: "", run: one }, { press: "g w", word: "", run: two }]));

  expect(press(key("j"))).toBe(true);
  press(key("g"));
  press(key("w", { timeStamp: 500 }));
  press(key("g", { timeStamp: 5000 }));
  press(key("w", { timeStamp: 7000 }));

  expect(one).toHaveBeenCalledOnce();
  expect(two).toHaveBeenCalledOnce();
});

test("two things on one key are refused, and free again once one is gone", () => {
  const leave = register([{ press: "j", word: "", run: vi.fn() }]);

  expect(() => register([{ press: "j", word: "", run: vi.fn() }])).toThrow("registered twice");
  leave();
  undo.push(register([{ press: "j", word: "", run: vi.fn() }]));
});

test("who writes is not disturbed", () => {
  const run = vi.fn();
  undo.push(register([{ press: "j", word: "", run }]));

  press(key("j", { target: { tagName: "INPUT" } as unknown as EventTarget }));

  expect(run).not.toHaveBeenCalled();
});

test("a shortcut of the browser, and a word being composed, are not ours", () => {
  const run = vi.fn();
  undo.push(register([{ press: "j", word: "", run }]));

  press(key("j", { ctrlKey: true }));
  press(key("j", { isComposing: true }));

  expect(run).not.toHaveBeenCalled();
});

test("a key with Ctrl is ours where it is registered, also while somebody writes", () => {
  const run = vi.fn();
  undo.push(register([{ press: "Ctrl+S", word: "", run }]));
  const target = { tagName: "INPUT" } as unknown as EventTarget;

  expect(press(key("s", { ctrlKey: true, target }))).toBe(true);
  expect(press(key("s", { metaKey: true, target }))).toBe(true);
  expect(press(key("s", { target }))).toBe(false);
  expect(press(key("c", { ctrlKey: true, target }))).toBe(false);

  expect(run).toHaveBeenCalledTimes(2);
});
