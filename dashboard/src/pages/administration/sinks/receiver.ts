import type { Sink } from "../../../api/sinks";

export type Spec = Sink["spec"];
export type Kind = Spec["kind"];

export const KINDS = ["webhook", "mqtt", "frigate", "kafka"] as const satisfies readonly Kind[];

export const MECHANISMS = ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] as const;

/** What may be typed of a receiver, of whatever kind; empty: nothing. */
export interface Receiver {
  kind: Kind;
  url: string;
  servers: string[];
  /** Of MQTT or Kafka, or the prefix of Frigate's. */
  topic: string;
  tls: boolean;
  ca: string;
  username: string;
  mechanism: (typeof MECHANISMS)[number];
}

const TOPICS: Record<Kind, string> = {
  webhook: "",
  mqtt: "longan/{type}",
  frigate: "frigate",
  kafka: "longan",
};

/** An empty receiver of a kind. */
export function emptyReceiver(kind: Kind): Receiver {
  return {
    kind,
    url: "",
    servers: [],
    topic: TOPICS[kind],
    tls: false,
    ca: "",
    username: "",
    mechanism: MECHANISMS[0],
  };
}

export function receiverOf(spec: Spec): Receiver {
  const empty = emptyReceiver(spec.kind);
  if (spec.kind === "webhook") return { ...empty, url: spec.url };
  const account = { ca: spec.ca ?? "", username: spec.username ?? "" };
  if (spec.kind === "kafka") {
    const { servers, topic = empty.topic, tls = empty.tls, mechanism = empty.mechanism } = spec;
    return { ...empty, ...account, servers, topic, tls, mechanism };
  }
  const topic = spec.kind === "mqtt" ? spec.topic : spec.topic_prefix;
  return { ...empty, ...account, url: spec.url, topic: topic ?? empty.topic };
}

export function specOf(receiver: Receiver): Spec {
  const { kind, url, servers, topic, tls, mechanism } = receiver;
  const account = { ca: receiver.ca.trim() || null, username: receiver.username.trim() || null };
  switch (kind) {
    case "webhook":
      return { kind, url };
    case "mqtt":
      return { kind, url, topic, ...account };
    case "frigate":
      return { kind, url, topic_prefix: topic, ...account };
    case "kafka":
      return { kind, servers, topic, tls, mechanism, ...account };
  }
}

/** Where a sink sends to, in one line. */
export function addressOf(spec: Spec): string {
  if (spec.kind === "kafka") return `${spec.servers.join(", ")} · ${spec.topic}`;
  if (spec.kind === "webhook") return spec.url;
  return `${spec.url} · ${spec.kind === "mqtt" ? spec.topic : `${spec.topic_prefix}/events`}`;
}
