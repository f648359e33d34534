/** W1: one chat of many members, some of whom send as fast as they are acknowledged; everybody receives everything. */
import { randomUUID } from 'node:crypto'
import type { MeasuredProcess } from './measured-process.ts'
import { connectWire, type WireClient } from './wire-client.ts'

export interface Result {
  readonly messagesPerSecond: number
  /** CPU seconds of the server per million deliveries. */
  readonly cpuPerMillion: number
  readonly p50: number
  readonly p99: number
}

interface Room {
  readonly server: MeasuredProcess
  /** The handshake of each member. */
  readonly members: readonly unknown[]
  readonly chatId: string
}

const senders = 10
const inFlight = 10
const text = 'x'.repeat(100)

export async function measureHotRoom({ server, members, chatId }: Room, seconds: number): Promise<Result> {
  const clients = await Promise.all(members.map((auth) => connectWire(server.url, auth)))
  const warmUp = await saturate(clients, chatId, 1)
  await arrival(clients, warmUp.length * clients.length)
  const [before, cpuBefore] = [delivered(clients), server.cpu()]
  const latencies = await saturate(clients, chatId, seconds)
  const expected = before + latencies.length * clients.length
  await arrival(clients, expected)
  const deliveries = delivered(clients) - before
  if (deliveries !== latencies.length * clients.length)
    throw new Error(`${latencies.length} sends, but ${deliveries} deliveries to ${clients.length}`)
  const cpu = server.cpu() - cpuBefore
  for (const client of clients) client.close()
  latencies.sort((a, b) => a - b)
  const quantile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return { messagesPerSecond: latencies.length / seconds, cpuPerMillion: (cpu / deliveries) * 1e6, p50: quantile(0.5), p99: quantile(0.99) }
}

const delivered = (clients: readonly WireClient[]) => clients.reduce((sum, client) => sum + client.events, 0)

/** Sends for so many seconds; returns the time of each acknowledgement, in milliseconds. */
async function saturate(clients: readonly WireClient[], chatId: string, seconds: number): Promise<number[]> {
  const latencies: number[] = []
  const end = performance.now() + seconds * 1000
  const send = async (client: WireClient) => {
    while (performance.now() < end) {
      latencies.push(await client.send('send_message', { chatId, content: { type: 'text', text }, tempId: randomUUID() }))
    }
  }
  await Promise.all(clients.slice(0, senders).flatMap((client) => Array.from({ length: inFlight }, () => send(client))))
  return latencies
}

/** Waits until what was acknowledged has been delivered to everybody as well. */
async function arrival(clients: readonly WireClient[], expected: number): Promise<void> {
  for (let tries = 0; tries < 300 && delivered(clients) < expected; tries++) await new Promise((resolve) => setTimeout(resolve, 100))
}
