/** What the generator reads, in whatever pieces it comes. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Latencies } from '../load/latencies.ts'
import { NumberAfter } from './number-after.ts'
import { WebSocketLine } from './web-socket.ts'

/** RFC 6455, unmasked, as servers send them. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text)
  const header =
    body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, body.length < 65_536 ? 126 : 127, ...sizeOf(body.length)])
  return Buffer.concat([header, body])
}

function sizeOf(length: number): Buffer {
  const size = Buffer.alloc(length < 65_536 ? 2 : 8)
  if (length < 65_536) size.writeUInt16BE(length)
  else size.writeBigUInt64BE(BigInt(length))
  return size
}

/** A server for one test; resolves with its port. */
async function listen(connected: (socket: Socket) => void): Promise<number> {
  const server = createServer(connected).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test('frames of every length are read whole, however they are cut into pieces', async () => {
  const texts = ['', 'a', 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(65_535), 'e'.repeat(65_536), 'f'.repeat(300_000), 'end']
  const bytes = Buffer.concat([Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n'), ...texts.map(frameOf)])
  const port = await listen((socket) => {
    socket.once('data', async () => {
      for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 3) % 65_521) {
        await new Promise((written) => socket.write(bytes.subarray(at, at + size), written))
      }
    })
  })
  const read: string[] = []
  const ended = Promise.withResolvers<void>()
  const line = await WebSocketLine.open(port, '/', {
    text(frame, start, end) {
      read.push(frame.toString('latin1', start, end))
      if (read.at(-1) === 'end') ended.resolve()
    },
    lost: ended.reject,
  })
  await ended.promise
  line.close()
  expect(read.map((text) => text.length)).toEqual(texts.map((text) => text.length))
  expect(read).toEqual(texts)
})

test('a server that does not open a WebSocket is told of', async () => {
  const port = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
  const opening = WebSocketLine.open(port, '/', { text: () => undefined, lost: () => undefined })
  await expect(opening).rejects.toThrow(/400 Bad Request/)
})

test('a number is found where its mark is, even when that moves, and not where there is none', () => {
  const number = new NumberAfter('n-')
  const bytes = Buffer.from('..n-12 ....n-345|n-6')
  expect(number.in(bytes, 0, 7)).toBe(12)
  expect(number.in(bytes, 7, 16)).toBe(345)
  expect(number.in(bytes, 16, 17)).toBe(-1)
  expect(number.in(bytes, 17, bytes.length)).toBe(6)
})

test('quantiles of latencies are true to about a hundredth', () => {
  const latencies = new Latencies()
  for (let milliseconds = 1; milliseconds <= 1000; milliseconds++) latencies.add(milliseconds)
  expect(Math.abs(latencies.quantile(0.5) - 500)).toBeLessThan(10)
  expect(Math.abs(latencies.quantile(0.99) - 990)).toBeLessThan(15)
})
