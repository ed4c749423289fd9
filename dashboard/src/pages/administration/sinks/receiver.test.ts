import { expect, test } from "vitest";
import { addressOf, emptyReceiver, KINDS, receiverOf, specOf, type Spec } from "./receiver";

const account = { ca: null, username: "longan" };

const SPECS: Spec[] = [
  { kind: "webhook", url: "https://tickets.example/longan" },
  { kind: "mqtt", url: "mqtts://broker.example", topic: "city/{type}", ...account },
  { kind: "frigate", url: "mqtt://broker.example", topic_prefix: "frigate", ...account },
  {
    kind: "kafka",
    servers: ["kafka-1:9092", "kafka-2:9092"],
    topic: "longan",
    tls: true,
    mechanism: "PLAIN",
    ...account,
  },
];

test.each(SPECS)("what is read of $kind is what is written", (spec) => {
  expect(specOf(receiverOf(spec))).toEqual(spec);
});

test("every kind has an empty form that asks for no user", () => {
  for (const kind of KINDS) {
    const spec = specOf(emptyReceiver(kind));
    expect(spec.kind).toBe(kind);
    if (spec.kind !== "webhook") expect(spec.username).toBeNull();
  }
});

test("an address says where messages end up", () => {
  expect(SPECS.map(addressOf)).toEqual([
    "https://tickets.example/longan",
    "mqtts://broker.example · city/{type}",
    "mqtt://broker.example · frigate/events",
    "kafka-1:9092, kafka-2:9092 · longan",
  ]);
});
