/** A tone is a colour with its shape: colour never stands alone. */
export type Tone = "critical" | "major" | "notice" | "good" | "quiet" | "unsure" | "accent";

export const SHAPES: Record<Tone, string> = {
  critical: "▲",
  major: "◆",
  notice: "●",
  good: "✓",
  quiet: "⊘",
  unsure: "?",
  accent: "■",
};

/** Over pictures the ground is a black plate, whatever the theme. */
export const PICTURE_COLOURS: Record<Tone, string> = {
  critical: "#ff6b5e",
  major: "#f5b13d",
  notice: "#6fb3f2",
  good: "#7ad17a",
  quiet: "#8fa09d",
  unsure: "#c3a5f5",
  accent: "#4cc9b0",
};
