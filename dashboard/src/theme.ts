import {
  Button,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  InputWrapper,
  Modal,
} from "@mantine/core";

/** Shade 4 is the accent on dark, shade 8 on light: each reads on its own ground. */
const accent: MantineColorsTuple = [
  "#e4f8f4",
  "#c6eee6",
  "#9be2d4",
  "#71d5c1",
  "#4cc9b0",
  "#33b39a",
  "#229a84",
  "#148772",
  "#0b7a68",
  "#075c4e",
];

/** Mantine's greys of the dark theme, from text to ground, in the hue of ours. */
const dark: MantineColorsTuple = [
  "#e3ebe9",
  "#c9d4d2",
  "#9fb0ad",
  "#8fa09d",
  "#71837f",
  "#26312f",
  "#1d2726",
  "#151d1c",
  "#0e1413",
  "#080c0b",
];

export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: "accent",
  primaryShade: { dark: 4, light: 8 },
  fontFamily: 'system-ui, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", sans-serif',
  fontFamilyMonospace: "ui-monospace, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.5", sm: "1.5", md: "1.5", lg: "1.5", xl: "1.5" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "20px" }, h2: { fontSize: "16px" }, h3: { fontSize: "14px" } },
  },
  defaultRadius: 4,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      vars: (_theme, { variant = "filled" }) => ({
        root: variant === "filled" ? { "--button-color": "var(--on-accent)" } : {},
      }),
    }),
    InputWrapper: InputWrapper.extend({ styles: { description: { fontSize: "12px" } } }),
    // Its heading is no second banner of the page.
    Drawer: { defaultProps: { attributes: { header: { role: "presentation" } } } },
    Modal: Modal.extend({
      defaultProps: { attributes: { header: { role: "presentation" } } },
      styles: { content: { background: "var(--panel)" }, header: { background: "var(--panel)" } },
    }),
  },
});

/** Mantine's own surfaces follow the tokens of `tokens.css`. */
export const variables: CSSVariablesResolver = () => {
  const surfaces = {
    "--mantine-color-body": "var(--ground)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--secondary)",
    "--mantine-color-placeholder": "var(--secondary)",
    "--mantine-color-default": "var(--panel)",
    "--mantine-color-default-hover": "var(--raised)",
    "--mantine-color-default-border": "var(--control-border)",
    "--mantine-color-error": "var(--critical)",
    "--mantine-color-accent-light-color": "var(--accent)",
  };
  // Mantine draws the borders of inputs in this grey on light, in shade 4 of dark on dark.
  const light = {
    ...surfaces,
    "--mantine-color-gray-4": "var(--control-border)",
    "--mantine-color-accent-light-hover": "color-mix(in srgb, var(--accent) 5%, transparent)",
  };
  return { variables: {}, dark: surfaces, light };
};
