import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Serves the built web client under /app, and leads there from /. Returns whether there is one. */
export async function serveWebClient(app: FastifyInstance, folder: string): Promise<boolean> {
  app.get('/', (_, reply) => reply.redirect('/app/'))
  app.get('/app', (_, reply) => reply.redirect('/app/'))
  if (!existsSync(join(folder, 'index.html'))) return false
  await app.register(fastifyStatic, {
    root: folder,
    prefix: '/app/',
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: cacheForGood,
  })
  // Every other address is a screen of the client, which finds its way by itself.
  app.get('/app/*', (_, reply) => reply.header('cache-control', 'no-cache').sendFile('index.html'))
  return true
}

/** The names of built assets change with their content; those of pages don't. */
function cacheForGood(reply: { header(name: string, value: string): unknown }, path: string): void {
  reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
}
