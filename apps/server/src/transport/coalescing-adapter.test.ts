/** What unmodified clients make of several events in one write, over every transport; and what of engine.io and ws we rely on. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket as TcpSocket } from 'node:net'
import type { Event } from '@parley/protocol/define'
import { userTyping } from '@parley/protocol/presence'
import { Server } from 'socket.io'
import { type Socket as Client, io, type ManagerOptions } from 'socket.io-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Burst } from './burst.ts'
import { CoalescingAdapter } from './coalescing-adapter.ts'
import { idleWebSocket, webSocketOf } from './engine.ts'

const chatId = '01890000-0000-7000-8000-000000000000'
const said = (username: string) => ({ event: userTyping as Event, payload: { chatId, userId: chatId, username, isTyping: true } })
const everybody = 'everybody'

/** A server of Socket.IO alone, whose sockets are all in one room. */
async function serve() {
  const http = createServer()
  const server = new Server(http, { adapter: CoalescingAdapter, perMessageDeflate: false, maxHttpBufferSize: 1_000_000 })
  server.on('connection', (socket) => {
    socket.join(everybody)
    socket.on('echo', (bytes: Buffer, answer: (bytes: Buffer) => void) => answer(bytes))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const clients: Client[] = []
  onTestFinished(async () => {
    for (const client of clients) client.close()
    await server.close()
  })
  const connect = async (options: Partial<ManagerOptions>) => {
    const { port } = http.address() as AddressInfo
    const client = io(`http://127.0.0.1:${port}`, { forceNew: true, reconnection: false, ...options })
    clients.push(client)
    await once(client as unknown as NodeJS.EventEmitter, 'connect')
    return client
  }
  const write = (texts: readonly string[]) => (server.of('/').adapter as CoalescingAdapter).write([everybody], new Burst(texts.map(said)))
  const only = () => {
    const [socket] = server.of('/').sockets.values()
    if (socket === undefined) throw new Error('nobody is connected')
    return socket
  }
  return { server, connect, write, only }
}

/** Everything that a client is told, in order, as text. */
function hears(client: Client): { readonly heard: string[]; readonly until: (last: string) => Promise<void> } {
  const heard: string[] = []
  const waiting = new Map<string, () => void>()
  const hear = (text: string) => {
    heard.push(text)
    waiting.get(text)?.()
  }
  client.on(userTyping.name, ({ username }: { username: string }) => hear(username))
  client.on('single', (text: string) => hear(text))
  client.on('bytes', (number: number, bytes: Uint8Array) => hear(`bytes ${number}: ${Buffer.from(bytes).toString()}`))
  const until = (last: string) =>
    new Promise<void>((resolve) => {
      if (heard.includes(last)) resolve()
      else waiting.set(last, resolve)
    })
  return { heard, until }
}

test.each([
  ['a websocket', { transports: ['websocket'] }],
  ['long-polling', { transports: ['polling'] }],
  ['long-polling that becomes a websocket', { transports: ['polling', 'websocket'] }],
])('over %s a client gets single events, each once and in order, with binary ones and acknowledgements in between', async (_, options) => {
  const { server, connect, write, only } = await serve()
  const client = await connect(options)
  const { heard, until } = hears(client)
  const told: string[] = []
  const echoes: Promise<boolean>[] = []
  for (let round = 0; round < 60; round += 1) {
    // Around the sizes at which a frame's head grows, in one and in several bytes a character.
    const texts = [0, 1, 40, 41, 42, 43, 44, 32_600, 65_450].map(
      (size, index) => `${round}.${index} ${(index % 2 ? 'é' : 'x').repeat(size)}`,
    )
    // The second of these waits in the engine until the first is written, and what follows has to wait behind it.
    for (const text of [`${round} first`, `${round} second`]) only().emit('single', text)
    write(texts)
    server.emit('bytes', round, Buffer.from(`data of ${round}`))
    write([`${round} last`])
    told.push(`${round} first`, `${round} second`, ...texts, `bytes ${round}: data of ${round}`, `${round} last`)
    const bytes = Buffer.alloc(20_000, round)
    echoes.push(client.emitWithAck('echo', bytes).then((answer: Uint8Array) => bytes.equals(answer)))
    await until(`${round} last`)
  }
  expect(heard).toEqual(told)
  expect(new Set(await Promise.all(echoes))).toEqual(new Set([true]))
  expect(client.io.engine.transport.name).toBe(options.transports.at(-1))
})

test('a burst leaves in one write to a websocket, together with what else is written in that turn', async () => {
  const { connect, write, only } = await serve()
  const client = await connect({ transports: ['websocket'] })
  const { until } = hears(client)
  const socket = webSocketOf(only().conn)
  if (socket === null) throw new Error('engine.io or ws is not what it was: everything goes by the slow way')
  const handle = (socket._socket as TcpSocket & { _handle: { writev(): number; writeBuffer(): number } })._handle
  const writes = [vi.spyOn(handle, 'writev'), vi.spyOn(handle, 'writeBuffer')] as const
  write(Array.from({ length: 50 }, (_, index) => `${index}`))
  only().emit('single', 'and this')
  await until('and this')
  expect(writes.map(({ mock }) => mock.calls.length)).toEqual([1, 0])
})

test('what we rely on of engine.io is there: a connection knows what waits for it, and takes frames that are made already', async () => {
  const { connect, write, only } = await serve()
  const client = await connect({ transports: ['websocket'] })
  const { heard, until } = hears(client)
  const { conn } = only()
  expect(idleWebSocket(conn)).not.toBeNull()
  only().emit('single', 'on its way')
  only().emit('single', 'waits')
  expect([idleWebSocket(conn), webSocketOf(conn) === null]).toEqual([null, false])
  write(['behind it'])
  await until('behind it')
  expect(heard).toEqual(['on its way', 'waits', 'behind it'])
  expect(idleWebSocket(conn)).not.toBeNull()
})
