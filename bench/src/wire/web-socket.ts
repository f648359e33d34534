/**
 * WebSocket (RFC 6455) with as little work as a generator can do: frames are found and handed on where they lie, nothing is
 * copied unless a frame comes in two reads, and what is sent is masked with zeros, which changes no byte.
 */
import { Tcp } from './tcp.ts'

export interface FrameEvents {
  /** A text lies in `bytes` from `start` up to `end`; it is overwritten after this returns. `at` is when it came, of performance.now(). */
  readonly text: (bytes: Buffer, start: number, end: number, at: number) => void
  readonly lost: (error: Error) => void
}

const headerEnd = '\r\n\r\n'
const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** Any sixteen bytes will do. */
const key = Buffer.from('sixteen bytes ok').toString('base64')

export class WebSocketLine {
  readonly #events: FrameEvents
  #tcp: Tcp | null = null
  #opened: (() => void) | null = null
  /** What came of a frame that isn't whole yet. */
  #begun: Buffer = Buffer.alloc(0)

  private constructor(events: FrameEvents) {
    this.#events = events
  }

  static async open(port: number, path: string, events: FrameEvents): Promise<WebSocketLine> {
    const opened = Promise.withResolvers<void>()
    const lost = (error: Error) => {
      opened.reject(error)
      events.lost(error)
    }
    const line = new WebSocketLine({ text: events.text, lost })
    line.#opened = opened.resolve
    const tcp = await Tcp.open(port, { bytes: (buffer, length) => line.#bytes(buffer, length), lost })
    line.#tcp = tcp
    tcp.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}${headerEnd}`,
    )
    await opened.promise
    return line
  }

  /** Sends a text of ASCII characters. */
  send(text: string): void {
    this.#tcp?.write(frame(opcodes.text, text))
  }

  close(): void {
    this.#tcp?.close()
  }

  #bytes(buffer: Buffer, length: number): void {
    const at = performance.now()
    const begun = this.#begun
    const bytes = begun.length === 0 ? buffer : Buffer.concat([begun, buffer.subarray(0, length)])
    const end = begun.length + length
    const start = this.#opened === null ? 0 : this.#answer(bytes, end)
    const rest = start < 0 ? 0 : this.#frames(bytes, start, end, at)
    this.#begun = rest === end ? Buffer.alloc(0) : Buffer.from(bytes.subarray(rest, end))
  }

  /** Where the frames begin after the answer to the upgrade; -1 while it isn't whole. */
  #answer(bytes: Buffer, end: number): number {
    const head = bytes.indexOf(headerEnd)
    if (head < 0 || head >= end) return -1
    const status = bytes.toString('latin1', 0, head).split('\r\n')[0] ?? ''
    if (!status.includes(' 101 ')) this.#fail(new Error(`the server did not open a WebSocket: ${status}`))
    this.#opened?.()
    this.#opened = null
    return head + headerEnd.length
  }

  /** Hands on every whole frame; returns where the first that isn't begins. */
  #frames(bytes: Buffer, from: number, end: number, at: number): number {
    let start = from
    while (end - start >= 2) {
      const short = (bytes[start + 1] as number) & 0x7f
      const header = short < 126 ? 2 : short === 126 ? 4 : 10
      if (end - start < header) break
      const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(start + 2) : Number(bytes.readBigUInt64BE(start + 2))
      const next = start + header + length
      if (next > end) break
      this.#frame(bytes, start, start + header, next, at)
      start = next
    }
    return start
  }

  #frame(bytes: Buffer, start: number, body: number, end: number, at: number): void {
    const first = bytes[start] as number
    const opcode = first & 0x0f
    if (first < 0x80 || opcode === 0) this.#fail(new Error('a message came in several frames, which this client does not read'))
    else if (opcode === opcodes.text) this.#events.text(bytes, body, end, at)
    else if (opcode === opcodes.ping) this.#tcp?.write(frame(opcodes.pong, bytes.toString('latin1', body, end)))
    else if (opcode === opcodes.close) this.#fail(closing(bytes, body, end))
  }

  #fail(error: Error): void {
    this.close()
    this.#events.lost(error)
  }
}

function closing(bytes: Buffer, body: number, end: number): Error {
  const code = end - body >= 2 ? bytes.readUInt16BE(body) : 'no code'
  return new Error(`the server closed the WebSocket: ${code} ${bytes.toString('latin1', body + 2, end)}`)
}

function frame(opcode: number, text: string): Buffer {
  const { length } = text
  const header = length < 126 ? 6 : length < 65_536 ? 8 : 14
  const bytes = Buffer.alloc(header + length)
  bytes[0] = 0x80 | opcode
  if (header === 6) bytes[1] = 0x80 | length
  else if (header === 8) {
    bytes[1] = 0x80 | 126
    bytes.writeUInt16BE(length, 2)
  } else {
    bytes[1] = 0x80 | 127
    bytes.writeBigUInt64BE(BigInt(length), 2)
  }
  bytes.write(text, header, 'latin1')
  return bytes
}
