/** Keeps the page on this device, so that it opens when the server can't be reached. Browsers allow that on https and on localhost. */
export function keepPage() {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // Where it isn't allowed, each load needs the server, and all else is the same.
  navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`).catch(() => {})
}
