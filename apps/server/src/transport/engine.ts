/**
 * What we rely on of engine.io and ws beyond what they promise. Both are pinned, `coalescing-adapter.test.ts` fails when
 * this changes, and where it isn't found everything goes by the public way.
 */
import type { Socket as TcpSocket } from 'node:net'
import type { Socket } from 'socket.io'

export type Connection = Socket['conn']

interface WebSocket {
  readonly readyState: number
  readonly _socket: TcpSocket
  readonly _sender: { sendFrame(frames: Buffer[]): void }
  terminate(): void
}

const open = 1

/** The websocket of a connection that is open, and nothing of the engine's waits for it; a packet's binary attachments are among what may wait. */
export function idleWebSocket(connection: Connection): WebSocket | null {
  const { writeBuffer } = connection as unknown as { readonly writeBuffer?: readonly unknown[] }
  const socket = webSocketOf(connection)
  return socket !== null && socket.readyState === open && writeBuffer?.length === 0 ? socket : null
}

export function webSocketOf({ transport }: Connection): WebSocket | null {
  if (transport.name !== 'websocket') return null
  const { socket } = transport as unknown as { readonly socket?: Partial<WebSocket> | null }
  return socket?._socket && typeof socket._sender?.sendFrame === 'function' ? (socket as WebSocket) : null
}

const corked: TcpSocket[] = []

/** What is written to this websocket until the present turn ends leaves together. */
export function writeTogether({ _socket: tcp }: WebSocket): void {
  if (tcp.writableCorked > 0) return
  tcp.cork()
  if (corked.push(tcp) === 1) process.nextTick(release)
}

function release(): void {
  for (const tcp of corked.splice(0)) tcp.uncork()
}
