/** Web push: offers to wake this browser, where it can be woken and has not refused. */
import { mount, on } from "./dom.js";

export function startPush() {
  mount("[data-sw-push]", (form) => {
    form.hidden = !("serviceWorker" in navigator && "PushManager" in window && "Notification" in window);
  });
  on("click", "[data-sw-push-on]", (_event, button) => subscribe(button.form));
}

async function subscribe(form) {
  try {
    const registration = await navigator.serviceWorker.register(form.dataset.swPushWorker);
    await navigator.serviceWorker.ready;
    const found = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.swPush });
    const { endpoint, keys } = found.toJSON();
    form.elements.endpoint.value = endpoint;
    form.elements.public_key.value = keys.p256dh;
    form.elements.secret.value = keys.auth;
    form.submit();
  } catch {
    form.querySelector("[data-sw-push-refused]").hidden = false;
  }
}
