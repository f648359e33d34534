import { type Connection, webSocketOf, writeTogether } from './engine.ts'

/** How much may wait for a client that doesn't read, in bytes or characters; as much again is on its way to the network. */
export const longestBacklog = 8 * 1024 * 1024

interface Packet {
  readonly data?: { readonly length: number }
  readonly options?: { readonly wsPreEncodedFrame?: readonly Buffer[] }
}

const sizeOf = ({ data, options }: Packet) => options?.wsPreEncodedFrame?.[0]?.length ?? data?.length ?? 0

/**
 * Follows what waits in the engine for a client, and cuts off one for which more than that waits when something is added
 * (B1). Pings don't find it: whoever answers them without reading would stay for ever, and all that it doesn't read with it.
 */
export function followBacklog(connection: Connection): void {
  let waiting = 0
  connection.on('packetCreate', (packet: Packet) => {
    if (waiting > longestBacklog) cutOff(connection)
    else waiting += sizeOf(packet)
  })
  connection.on('flush', () => {
    waiting = 0
    const socket = webSocketOf(connection)
    if (socket !== null) writeTogether(socket)
  })
}

/** Closes a connection at once, and lets go of what waits for it: a websocket alone would wait for its peer's goodbye. */
export function cutOff(connection: Connection): void {
  const socket = webSocketOf(connection)
  connection.close(true)
  socket?.terminate()
}

/** How long a client may take to read its last words, in milliseconds. */
const lastWordsMs = 1000

/** Closes a connection once the client has what waits for it, or has had its time; then resolves. */
export function hangUp(connection: Connection): Promise<void> {
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
