import type { Socket } from 'socket.io'

/** How much may wait for a client that doesn't read, in characters; as much again is on its way to the network. */
const longest = 8 * 1024 * 1024

/**
 * Cuts a client off for which more than that waits when something is added (B1). Pings don't find it: whoever answers
 * them without reading would stay for ever, and all that it doesn't read with it.
 */
export function limitBacklog(connection: Socket['conn']): void {
  let waiting = 0
  connection.on('packetCreate', ({ data }: { data?: { length: number } }) => {
    if (waiting > longest) connection.close(true)
    else waiting += data?.length ?? 0
  })
  connection.on('flush', () => {
    waiting = 0
  })
}
