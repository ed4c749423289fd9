import type { RuleProperty } from "../../api/scenarios";

export type FieldKind = "number" | "boolean" | "choice" | "words" | "word";

/** Which control a property of a rule's JSON Schema wants. */
export function kindOf(property: RuleProperty): FieldKind {
  if (property.enum) return "choice";
  const type = property.type ?? property.anyOf?.find(({ type }) => type !== "null")?.type;
  if (type === "number" || type === "integer") return "number";
  if (type === "boolean") return "boolean";
  return type === "array" ? "words" : "word";
}

/** The limits of a number, for its control. */
export function limitsOf(property: RuleProperty) {
  const numeric = property.anyOf?.find(({ type }) => type !== "null") ?? property;
  const whole = (property.type ?? numeric.type) === "integer";
  return {
    min: numeric.minimum ?? numeric.exclusiveMinimum,
    max: numeric.maximum,
    allowDecimal: !whole,
    step: whole || (numeric.maximum ?? 2) > 1 ? 1 : 0.05,
  };
}
