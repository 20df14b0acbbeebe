/** Finds chart frames, fetches the drawing library once, and hands each frame over. */
import { load, mount } from "./dom.js";

export function startCharts() {
  mount("[data-sw-chart]", async (frame) => {
    const charts = await load("charts");
    charts.mount(frame);
  });
}
