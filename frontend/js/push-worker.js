/** Shows a notice while no page of the house is open, and opens its place when it is pressed. */
self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  const options = { data: told.address, icon: "/static/built/seal.svg", tag: told.address };
  event.waitUntil(self.registration.showNotification(told.title ?? "", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data ?? "/", self.location.origin);
  if (address.origin === self.location.origin) event.waitUntil(self.clients.openWindow(address.href));
});
