import { expect, test } from "vitest";
import { kindOf, limitsOf } from "./ruleField";

test("each property of a rule has its control", () => {
  expect(kindOf({ type: "integer" })).toBe("number");
  expect(kindOf({ anyOf: [{ type: "number" }, { type: "null" }] })).toBe("number");
  expect(kindOf({ type: "boolean" })).toBe("boolean");
  expect(kindOf({ enum: ["both", "left_to_right"], type: "string" })).toBe("choice");
  expect(kindOf({ type: "array", items: { type: "string" } })).toBe("words");
  expect(kindOf({ type: "string" })).toBe("word");
});

test("a number knows its limits, also where it may be left out", () => {
  const optional = { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }] };

  expect(limitsOf(optional)).toMatchObject({ min: 0, max: undefined, allowDecimal: true });
  expect(limitsOf({ type: "number", minimum: 0, maximum: 1 })).toMatchObject({ max: 1, step: 0.05 });
  expect(limitsOf({ type: "integer", exclusiveMinimum: 0 }).allowDecimal).toBe(false);
});
