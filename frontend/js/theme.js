/** Theme and text size: a cookie that the server reads, so that the first paint is right; the effect is immediate. */
import { on } from "./dom.js";

const YEAR = 60 * 60 * 24 * 365;
const root = document.documentElement;

export function startTheme() {
  on("click", "[data-sw-theme]", (_event, button) => {
    const choice = button.dataset.swTheme;
    setTheme(choice === "toggle" ? (isDark() ? "light" : "dark") : choice);
  });
  on("click", "[data-sw-text]", () => {
    const large = root.dataset.swText !== "large";
    root.dataset.swText = large ? "large" : "";
    remember("sw_text", large ? "large" : "");
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);
  markChoice();
}

/** Whether the page is dark now, whoever decided it. */
export function isDark() {
  const choice = root.dataset.bsTheme;
  return choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function setTheme(choice) {
  root.dataset.bsTheme = choice;
  remember("sw_theme", choice);
  markChoice();
  announce();
}

function markChoice() {
  for (const button of document.querySelectorAll("button[data-sw-theme]:not([data-sw-theme=toggle])"))
    button.setAttribute("aria-pressed", String(button.dataset.swTheme === root.dataset.bsTheme));
}

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

function announce() {
  dispatchEvent(new Event("sw:theme"));
}
