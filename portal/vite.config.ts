import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` shows the page with the data of a house that runs: HOUSE=127.0.0.1:8080.
const house = `http://${process.env.HOUSE ?? "127.0.0.1:8080"}`;

export default defineConfig({
  plugins: [react()],
  // The page's rules (Content-Security-Policy) forbid inline scripts; one script and one sheet are all there is.
  build: { modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { proxy: { "/v1": house, "/metrics": house } },
});
