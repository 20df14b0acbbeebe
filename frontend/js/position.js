/** Asks the browser where it is, only when the form that says so is sent; a hundredth of a degree is all that goes out. */
import { on } from "./dom.js";

const PATIENCE = 15000;

export function startPositions() {
  on("submit", "form[data-sw-position]", (event, form) => {
    const input = form.elements.place;
    if (input.value.trim()) return;
    event.preventDefault();
    const says = form.querySelector("[data-sw-position-says]");
    const fail = () => {
      says.hidden = false;
      input.focus();
    };
    if (!navigator.geolocation) return fail();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        input.value = `${coords.latitude.toFixed(2)}, ${coords.longitude.toFixed(2)}`;
        form.requestSubmit();
      },
      fail,
      { enableHighAccuracy: false, maximumAge: 60000, timeout: PATIENCE },
    );
  });
}
