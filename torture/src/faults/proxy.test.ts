import { once } from 'node:events'
import { createServer, type Socket, connect as tcpConnect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../../tools/testing/free-port.ts'
import { TcpProxy } from './proxy.ts'

/** A server that answers what it's told, behind a proxy, and a connection to it. */
async function echoBehindProxy() {
  const farEnds: Socket[] = []
  const server = createServer((socket) => {
    farEnds.push(socket)
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  const targetPort = await freePort()
  server.listen(targetPort, '127.0.0.1')
  await once(server, 'listening')
  const proxy = await TcpProxy.create({ targetPort })
  onTestFinished(async () => {
    await proxy.close()
    server.close()
  })
  const connect = async () => {
    const socket = tcpConnect({ port: proxy.port, host: '127.0.0.1' })
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  const near = await connect()
  expect(await answer(near, 'hello')).toBe('hello')
  return { proxy, near, connect, farEnd: farEnds[0] as Socket }
}

async function answer(socket: Socket, text: string): Promise<string> {
  const heard = once(socket, 'data')
  socket.write(text)
  return String((await heard)[0])
}

const failed = (socket: Socket) => once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code)

test('bytes that come late come all, in their order', async () => {
  const { proxy, near } = await echoBehindProxy()
  proxy.begin({ kind: 'delay', ms: 60 })
  const begun = performance.now()
  let heard = ''
  const all = new Promise<void>((resolve) => {
    near.on('data', (bytes) => {
      heard += bytes
      if (heard.length === 300) resolve()
    })
  })
  for (let number = 100; number < 200; number++) near.write(String(number))
  await all
  expect(heard).toBe(Array.from({ length: 100 }, (_, index) => 100 + index).join(''))
  expect(performance.now() - begun).toBeGreaterThan(60)
})

test('a slow link lets no more through than it says', async () => {
  const { proxy, near } = await echoBehindProxy()
  proxy.begin({ kind: 'slow', bytesPerSecond: 10_000 })
  const begun = performance.now()
  near.write(Buffer.alloc(1000))
  await once(near, 'data')
  near.write(Buffer.alloc(1000))
  await once(near, 'data')
  expect(performance.now() - begun).toBeGreaterThan(90)
})

test('what is said into silence arrives when it is over', async () => {
  const { proxy, near } = await echoBehindProxy()
  proxy.begin({ kind: 'silence' })
  const heard = once(near, 'data')
  near.write('patience')
  expect(await Promise.race([heard, new Promise((resolve) => setImmediate(() => resolve('nothing')))])).toBe('nothing')
  proxy.end()
  expect(String((await heard)[0])).toBe('patience')
})

test('whose bytes were dropped is reset when it is over, and nobody else', async () => {
  const { proxy, near, connect } = await echoBehindProxy()
  const other = await connect()
  await answer(other, 'hello')
  proxy.begin({ kind: 'drop' })
  const reset = failed(near)
  near.write('lost')
  await expect.poll(() => proxy.swallowed).toBe(4)
  proxy.end()
  expect(await reset).toBe('ECONNRESET')
  expect(await answer(other, 'still here')).toBe('still here')
})

test('of a half-open connection one end is gone and the other does not learn it until it is over', async () => {
  const { proxy, near, farEnd, connect } = await echoBehindProxy()
  const reset = failed(near)
  proxy.begin({ kind: 'half-open' })
  expect(await reset).toBe('ECONNRESET')
  expect(farEnd.destroyed).toBe(false)
  expect(await answer(await connect(), 'a new one passes')).toBe('a new one passes')
  const told = failed(farEnd)
  proxy.end()
  expect(await told).toBe('ECONNRESET')
})

test('a reset ends every connection at once, and new ones pass', async () => {
  const { proxy, near, connect } = await echoBehindProxy()
  const reset = failed(near)
  proxy.begin({ kind: 'reset' })
  expect(await reset).toBe('ECONNRESET')
  expect(await answer(await connect(), 'again')).toBe('again')
})

test('whoever connects while nobody listens behind it is reset', async () => {
  const proxy = await TcpProxy.create({ targetPort: await freePort() })
  onTestFinished(() => proxy.close())
  const socket = tcpConnect({ port: proxy.port, host: '127.0.0.1' })
  expect(await failed(socket)).toBe('ECONNRESET')
})
