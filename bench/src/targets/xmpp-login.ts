/** Becoming somebody on an XMPP server: an account (XEP-0077), SASL PLAIN (RFC 4616), a resource, a place in a room (XEP-0045). */
import { StanzaLine } from '../wire/stanzas.ts'
import type { Listener } from './target.ts'

export interface XmppServer {
  readonly port: number
  readonly domain: string
  /** Where rooms are. */
  readonly rooms: string
}

const password = 'correct-horse'
export const resource = 'bench'

const openStream = (domain: string) =>
  `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`
const features = /<\/stream:features>/
const answered = /<iq[^>]*type=['"]result['"]/

export async function createAccount({ port, domain }: XmppServer, name: string): Promise<void> {
  const line = await StanzaLine.open(port, { message: () => undefined, lost: () => undefined })
  await line.exchange(openStream(domain), features)
  const query = `<query xmlns='jabber:iq:register'><username>${name}</username><password>${password}</password></query>`
  await line.exchange(`<iq type='set' id='register' to='${domain}'>${query}</iq>`, answered)
  line.close()
}

interface Ears {
  readonly heard: (bytes: Buffer, start: number, end: number, at: number) => void
  readonly failed: Listener['failed']
}

/** Logs in; whoever is in a room is in it when this resolves. */
export async function logIn({ port, domain, rooms }: XmppServer, name: string, room: string | null, ears: Ears): Promise<StanzaLine> {
  const line = await StanzaLine.open(port, { message: ears.heard, lost: ears.failed })
  await line.exchange(openStream(domain), features)
  const secret = Buffer.from(`\0${name}\0${password}`).toString('base64')
  await line.exchange(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`, /<success/)
  await line.exchange(openStream(domain), features)
  const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind>`
  await line.exchange(`<iq type='set' id='bind'>${bind}</iq>`, answered)
  await line.exchange('<presence/>', new RegExp(`<presence[^>]*from=['"]${name}@${domain}/${resource}['"]`))
  if (room !== null) {
    const join = `<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>`
    // 110 marks one's own presence, which comes after everybody else's; the subject is the last thing that a newcomer gets.
    await line.exchange(`<presence to='${room}@${rooms}/${name}'>${join}</presence>`, /code=['"]110['"][\s\S]*<subject/)
  }
  return line
}
