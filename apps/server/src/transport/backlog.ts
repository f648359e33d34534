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

/** How long a client may take to read its last words, in milliseconds. */
const lastWordsMs = 1000

/** Closes a connection once the client has what waits for it, or has had its time; then resolves. */
export function hangUp(connection: Socket['conn']): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      connection.close(true)
      resolve()
    }, lastWordsMs)
    connection.once('close', () => {
      clearTimeout(late)
      resolve()
    })
    connection.close()
  })
}
