// Keeps the page itself for when the server can't be reached; what people say is never kept here.
// The build puts `version` and `files` in front: the addresses of all that the page is made of.
const kept = `parley ${version}`

/** How long a page may take before the kept one is shown, in milliseconds. */
const patienceMs = 3000

async function dropOlder() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('parley ') && name !== kept).map((name) => caches.delete(name)))
}

/** The page as the server has it, else as it was kept. Every screen is the same page. */
async function page(request) {
  const tooLate = new Promise((resolve) => setTimeout(resolve, patienceMs))
  const fresh = await Promise.race([fetch(request).catch(() => undefined), tooLate])
  if (fresh?.ok) return fresh
  const cache = await caches.open(kept)
  return (await cache.match('/app/', { ignoreVary: true })) ?? fresh ?? fetch(request)
}

/** A built file says the same to everybody, whatever it is said to vary by. */
async function part(request) {
  const cache = await caches.open(kept)
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request)
}

self.addEventListener('install', (event) => event.waitUntil(caches.open(kept).then((cache) => cache.addAll(files))))
self.addEventListener('activate', (event) => event.waitUntil(dropOlder()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin || !pathname.startsWith('/app/')) return
  event.respondWith(request.mode === 'navigate' ? page(request) : part(request))
})
