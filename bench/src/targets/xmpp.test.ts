/** How the bench speaks XMPP, to a server that knows its lines by heart: the real ones are seldom installed where tests run. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { measure, underLoad } from '../load/measure.ts'
import { XmppTarget } from './xmpp.ts'

/** Who is connected, by name. */
const present = new Map<string, Socket>()
let archived = 0

const features = `<stream:stream xmlns='jabber:client'><stream:features><bind/></stream:features>`

/** What a server says to a stanza, given who it is from. */
function answer(stanza: string, name: string): string {
  if (stanza.startsWith('<?xml')) return features
  if (stanza.startsWith('<iq')) return `<iq type='result' id='1'/>`
  if (stanza.startsWith('<auth')) return `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`
  if (stanza === '<presence/>') return `<presence from='${name}@localhost/bench' to='${name}@localhost/bench'/>`
  if (stanza.startsWith('<presence'))
    return `<presence><x><status code='110'/></x></presence><message type='groupchat'><subject/></message>`
  return ''
}

const nameIn = (stanza: string) =>
  Buffer.from(/<auth[^>]*>([^<]*)/.exec(stanza)?.[1] ?? '', 'base64')
    .toString()
    .split('\0')[1]

function pass(message: string): void {
  const to = /to='([^@']+)@localhost/.exec(message)?.[1]
  archived++
  for (const [name, socket] of present) if (to === undefined || name === to) socket.write(message)
}

async function startServer(): Promise<number> {
  const stanzas = /<\?xml.*?stream:stream [^>]*>|<presence\/>|<(iq|auth|presence|message)\b.*?<\/\1>/g
  const server = createServer((socket) => {
    let name = ''
    socket.on('data', (bytes) => {
      for (const [stanza] of bytes.toString().matchAll(stanzas)) {
        name = nameIn(stanza) ?? name
        if (name !== '') present.set(name, socket)
        if (stanza.startsWith('<message')) pass(stanza)
        else socket.write(answer(stanza, name))
      }
    })
    socket.on('close', () => present.delete(name))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function startTarget(): Promise<XmppTarget> {
  archived = 0
  const nothing = async () => undefined
  return new XmppTarget({
    name: 'prosody',
    server: { port: await startServer(), domain: 'localhost', rooms: 'rooms.localhost' },
    program: { pid: process.pid, restart: nothing, stop: nothing },
    postgres: { cpu: () => 0, sql: async () => String(archived), stop: nothing },
    table: '',
    count: '',
    removed: () => undefined,
  })
}

test.each(['a group', 'a pair'])('%s: accounts are made, people log in, and every message comes to everybody once', async (kind) => {
  const target = await startTarget()
  const chats = kind === 'a group' ? [await target.openGroup(3)] : await target.openPairs(1)
  const { messagesPerSecond } = await underLoad(target, chats, (load) =>
    measure(target, () => load.saturate({ seconds: 0.1, senders: 2, inFlight: 2 })),
  )
  expect(messagesPerSecond).toBeGreaterThan(0)
})
