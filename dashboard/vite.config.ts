import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const platform = "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    // The platform's policy allows its own files only, so nothing becomes a data: address.
    assetsInlineLimit: 0,
  },
  server: {
    // `npm run dev` beside `longan up`. The Host stays ours: the platform compares it with Origin.
    proxy: {
      "/api": { target: platform, ws: true, changeOrigin: false },
      "^/(v2|readyz)$": { target: platform, changeOrigin: false },
    },
  },
});
