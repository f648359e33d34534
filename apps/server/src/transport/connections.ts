import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Remembers a server's open connections, so that one that never finishes its request can be cut when the server goes
 * down: `close` alone waits for all of them. Returns what cuts them.
 */
export function followConnections(server: Server): () => void {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return () => {
    for (const socket of open) socket.destroy()
  }
}
