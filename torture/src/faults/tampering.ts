/**
 * Lies told on the wire between a server and its clients, to prove that the checker finds what a server might do: a
 * proxy that forgets or doubles what the server says, or acknowledges what the server never got. WebSocket (RFC 6455)
 * without compression, one Socket.IO packet in a frame.
 */
import { randomUUID } from 'node:crypto'
import type { Tampering } from './proxy.ts'

/** What becomes of a Socket.IO event from the server: passed on so many times. */
export type Copies = (event: string, payload: Record<string, unknown>) => number

interface Frame {
  readonly bytes: Buffer
  /** The text; null of frames that hold none. */
  readonly text: string | null
}

const textOpcode = 1

/** Cuts a stream of bytes into WebSocket frames, once the answer to the upgrade is over. */
class FrameReader {
  #buffer: Buffer = Buffer.alloc(0)
  #upgraded = false

  /** What passes untouched: the handshake; then whole frames. */
  read(bytes: Buffer): { readonly plain: Buffer | null; readonly frames: readonly Frame[] } {
    this.#buffer = Buffer.concat([this.#buffer, bytes])
    const plain = this.#upgraded ? null : this.#handshake()
    const frames: Frame[] = []
    for (let frame = this.#upgraded ? this.#frame() : null; frame !== null; frame = this.#frame()) frames.push(frame)
    return { plain, frames }
  }

  #handshake(): Buffer | null {
    const end = this.#buffer.indexOf('\r\n\r\n')
    if (end < 0) return null
    const head = this.#buffer.subarray(0, end + 4)
    this.#upgraded = /upgrade: websocket/i.test(head.toString('latin1'))
    const plain = this.#upgraded ? head : this.#buffer
    this.#buffer = this.#buffer.subarray(plain.length)
    return plain
  }

  #frame(): Frame | null {
    const [first, second] = this.#buffer
    if (first === undefined || second === undefined) return null
    const short = second & 0x7f
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
    const isMasked = (second & 0x80) !== 0
    const start = 2 + lengthBytes + (isMasked ? 4 : 0)
    if (this.#buffer.length < start) return null
    const length = lengthBytes === 0 ? short : lengthBytes === 2 ? this.#buffer.readUInt16BE(2) : Number(this.#buffer.readBigUInt64BE(2))
    if (this.#buffer.length < start + length) return null
    const bytes = this.#buffer.subarray(0, start + length)
    this.#buffer = this.#buffer.subarray(start + length)
    const mask = isMasked ? bytes.subarray(start - 4, start) : Buffer.alloc(4)
    const payload = bytes.subarray(start).map((byte, index) => byte ^ (mask[index % 4] as number))
    return { bytes, text: (first & 0x0f) === textOpcode ? Buffer.from(payload).toString('utf8') : null }
  }
}

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  const head =
    payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([head, payload])
}

const passUnchanged = (bytes: Buffer): readonly Buffer[] => [bytes]

/** Hands a server's events on as often as `copies` says. */
export const copying = (copies: Copies) => (): Tampering => {
  const reader = new FrameReader()
  const timesOf = ({ text }: Frame): number => {
    if (text?.startsWith('42[') !== true) return 1
    const [event, payload] = JSON.parse(text.slice(2)) as [string, Record<string, unknown>]
    return copies(event, payload)
  }
  const down = (bytes: Buffer) => {
    const { plain, frames } = reader.read(bytes)
    const copied = frames.flatMap((frame) => Array<Buffer>(timesOf(frame)).fill(frame.bytes))
    return plain === null ? copied : [plain, ...copied]
  }
  return { down, up: passUnchanged }
}

/** Keeps the sends that `swallows` picks from the server, and acknowledges them in its place. */
export const acknowledgingUnsent = (swallows: (input: { readonly chatId: string }) => boolean) => (): Tampering => {
  const reader = new FrameReader()
  const up = (bytes: Buffer, answer: (bytes: Buffer) => void) => {
    const { plain, frames } = reader.read(bytes)
    const passed = frames.filter(({ text }) => {
      const command = /^42(\d+)(\["send_message".*)$/s.exec(text ?? '')
      if (command === null) return true
      const [, input] = JSON.parse(command[2] as string) as [string, { chatId: string }]
      if (!swallows(input)) return true
      const message = { id: randomUUID(), seq: 1_000_000, rev: 1_000_000 }
      answer(textFrame(`43${command[1]}${JSON.stringify([{ success: true, message }])}`))
      return false
    })
    const whole = passed.map((frame) => frame.bytes)
    return plain === null ? whole : [plain, ...whole]
  }
  return { down: passUnchanged, up }
}
