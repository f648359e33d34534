import { Adapter } from 'socket.io-adapter'
import { cutOff, longestBacklog } from './backlog.ts'
import type { Burst } from './burst.ts'
import { type Connection, idleWebSocket, webSocketOf, writeTogether } from './engine.ts'
import type { SocketData } from './parley-socket.ts'

/**
 * Socket.IO's own adapter, which can also write several events to each socket at once. To clients they are ordinary
 * events, in order with everything else that they are sent.
 */
export class CoalescingAdapter extends Adapter {
  /** Writes to every socket of these rooms, in the words of its family; none may be in two of them. */
  write(rooms: Iterable<string>, burst: Burst): void {
    const { sockets } = this.nsp
    for (const room of rooms) {
      const ids = this.rooms.get(room)
      if (ids === undefined) continue
      for (const id of ids) {
        const socket = sockets.get(id)
        if (socket?.conn.readyState !== 'open') continue
        const told = burst.to((socket.data as Partial<SocketData>).family ?? null)
        if (told !== null) writeTo(socket.conn, told)
      }
    }
  }
}

/** The engine's own types leave out frames that are made already, which its adapter uses as well. */
const packetOptions = (frames: readonly Buffer[]) => ({ compress: false, wsPreEncodedFrame: frames }) as Parameters<Connection['write']>[1]

/** A websocket costs one write whatever the burst holds; other transports get each event by itself. */
function writeTo(connection: Connection, burst: Burst): void {
  const idle = idleWebSocket(connection)
  if (idle !== null && idle._socket.writableLength > longestBacklog) cutOff(connection)
  else if (idle !== null) {
    writeTogether(idle)
    idle._sender.sendFrame(burst.frames)
  }
  // Behind what waits in the engine, as one packet of it.
  else if (webSocketOf(connection) !== null) connection.write('', packetOptions(burst.frames))
  else for (const { packet, frames } of burst.singles) connection.write(packet, packetOptions(frames))
}
