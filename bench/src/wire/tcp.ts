/** Bytes in, bytes out, over TCP: what every connection of the generator is made of. */
import { connect, type Socket } from 'node:net'

export interface TcpEvents {
  /** The first `length` bytes of `buffer` have come; they are overwritten after this returns. */
  bytes(buffer: Buffer, length: number): void
  /** The connection is gone, and it was not closed from here. */
  lost(error: Error): void
}

/** Reads are one after the other, so that one buffer serves all sockets; a large one, so that a read brings many frames. */
const shared = Buffer.allocUnsafe(256 * 1024)

export class Tcp {
  readonly #socket: Socket
  /** Whether it stands, as far as this side wants it. */
  #open = false

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Connects to a port of the loopback interface. */
  static open(port: number, events: TcpEvents): Promise<Tcp> {
    return new Promise((resolve, reject) => {
      const onread = {
        buffer: shared,
        callback: (length: number, buffer: Uint8Array) => {
          events.bytes(buffer as Buffer, length)
          return true
        },
      }
      const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread })
      const tcp = new Tcp(socket)
      let reason = new Error('the server closed the connection')
      socket.on('error', (error) => {
        reason = error
      })
      socket.once('close', () => {
        reject(reason)
        if (tcp.#open) events.lost(reason)
      })
      socket.once('connect', () => {
        tcp.#open = true
        resolve(tcp)
      })
    })
  }

  write(bytes: Buffer | string): void {
    this.#socket.write(bytes)
  }

  close(): void {
    this.#open = false
    this.#socket.destroy()
  }
}
