import { once } from 'node:events'
import { createServer } from 'node:net'

/** Systems hand out ports from here on to outgoing connections. */
const firstEphemeral = 32_768
const lowest = 20_000

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  if (free) {
    server.close()
    await once(server, 'close')
  }
  return free
}

/**
 * A port of the loopback interface that stays usable over restarts: below those that outgoing connections get, one of
 * which, made by a client that reconnects, could otherwise sit on it while the server is down.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = lowest + Math.floor(Math.random() * (firstEphemeral - lowest))
    if (await isFree(port)) return port
  }
  throw new Error('unable to find a free port; a hundred were taken')
}
