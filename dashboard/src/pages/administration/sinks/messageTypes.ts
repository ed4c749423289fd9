/** Kinds of messages that a sink may be told of, by how their type begins. */
export const MESSAGES = {
  orders: "longan.work_order.",
  events: "longan.event.",
  cameras: "longan.camera.",
  all: "longan.",
} as const;

export type MessageKind = keyof typeof MESSAGES;

export const MESSAGE_KINDS = Object.keys(MESSAGES) as MessageKind[];

/** The kind that this beginning stands for, if it has a name. */
export function kindOf(type: string): MessageKind | undefined {
  return MESSAGE_KINDS.find((kind) => MESSAGES[kind] === type);
}
