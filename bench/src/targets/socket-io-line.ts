/** The packets of Engine.IO 4 and Socket.IO 5, written and read by hand: what Parley and raw Socket.IO speak. */
import { randomUUID } from 'node:crypto'
import { NumberAfter } from '../wire/number-after.ts'
import { WebSocketLine } from '../wire/web-socket.ts'
import { type Connection, type Listener, numberMark, textOf } from './target.ts'

export interface SocketIoOptions {
  readonly port: number
  readonly auth: unknown
  /** Where messages go: to each in turn. */
  readonly chatIds: readonly string[]
  readonly listener: Listener
  /** What the server says once this connection hears everything: the beginning of a packet. */
  readonly ready: string
  /** Whether messages say their place in the chat. */
  readonly positions: boolean
}

const newMessage = Buffer.from('42["new_message"')
/** Acknowledgements of messages bear the message's number, those of other commands a number from here on. */
const firstAsked = 1_000_000_000
const eventOrAnswer = 0x34
const answer = 0x33

export class SocketIoLine implements Connection {
  readonly #options: SocketIoOptions
  readonly #text = new NumberAfter(numberMark)
  readonly #seq = new NumberAfter('"seq":')
  /** The first 24 characters of a UUID; the message's number is the rest. */
  readonly #tempIds = randomUUID().slice(0, 24)
  readonly #asked = new Map<number, PromiseWithResolvers<string>>()
  readonly #ready = Promise.withResolvers<void>()
  #nextAsked = firstAsked
  #line: WebSocketLine | null = null
  #greeted = false

  private constructor(options: SocketIoOptions) {
    this.#options = options
  }

  static async open(options: SocketIoOptions): Promise<SocketIoLine> {
    const connection = new SocketIoLine(options)
    const opening = WebSocketLine.open(options.port, '/socket.io/?EIO=4&transport=websocket', {
      text: (bytes, start, end, at) => connection.#packet(bytes, start, end, at),
      lost: (error) => connection.#fail(error),
    })
    const opened = opening.then((line) => {
      connection.#line = line
      connection.#logIn()
    })
    await Promise.all([opened, connection.#ready.promise])
    return connection
  }

  send(number: number): void {
    const tempId = this.#tempIds + number.toString(16).padStart(12, '0')
    const { chatIds } = this.#options
    const chatId = chatIds[number % chatIds.length] ?? ''
    const content = `{"type":"text","text":"${textOf(number)}"}`
    this.#line?.send(`42${number}["send_message",{"chatId":"${chatId}","content":${content},"tempId":"${tempId}"}]`)
  }

  /** Sends another command; resolves with its answer as text, rejects where it fails. */
  ask(command: string, input: unknown): Promise<string> {
    const id = this.#nextAsked++
    const asked = Promise.withResolvers<string>()
    this.#asked.set(id, asked)
    this.#line?.send(`42${id}${JSON.stringify([command, input])}`)
    return asked.promise
  }

  close(): void {
    this.#line?.close()
  }

  #packet(bytes: Buffer, start: number, end: number, at: number): void {
    if (begins(bytes, start, newMessage)) {
      const position = this.#options.positions ? this.#seq.in(bytes, start, end) : -1
      this.#options.listener.delivered(this.#text.in(bytes, start, end), at, position)
    } else if (bytes[start] === eventOrAnswer && bytes[start + 1] === answer) this.#answer(bytes.toString('latin1', start + 2, end), at)
    else this.#other(bytes.toString('latin1', start, end))
  }

  #answer(packet: string, at: number): void {
    const open = packet.indexOf('[')
    const id = Number(packet.slice(0, open))
    if (!packet.startsWith('[{"success":true', open)) this.#fail(new Error(`the server refused a command: ${packet.slice(0, 300)}`))
    else if (id < firstAsked) this.#options.listener.acknowledged(id, at)
    else {
      this.#asked.get(id)?.resolve(packet.slice(open))
      this.#asked.delete(id)
    }
  }

  #other(packet: string): void {
    if (packet === '2') this.#line?.send('3')
    else if (packet.startsWith('44') || packet.startsWith('41'))
      this.#fail(new Error(`the server ended a connection: ${packet.slice(0, 300)}`))
    else if (packet.startsWith('0')) {
      this.#greeted = true
      this.#logIn()
    } else if (packet.startsWith(this.#options.ready)) this.#ready.resolve()
  }

  /** The server's greeting may come before its line is there. */
  #logIn(): void {
    if (this.#greeted) this.#line?.send(`40${JSON.stringify(this.#options.auth)}`)
  }

  #fail(error: Error): void {
    this.#ready.reject(error)
    for (const asked of this.#asked.values()) asked.reject(error)
    this.#options.listener.failed(error)
  }
}

function begins(bytes: Buffer, start: number, beginning: Buffer): boolean {
  for (let place = 0; place < beginning.length; place++) if (bytes[start + place] !== beginning[place]) return false
  return true
}
