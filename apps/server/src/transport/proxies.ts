/** Who asks where proxies stand before us, for requests and sockets alike. */
import type { IncomingHttpHeaders } from 'node:http'
import { compile } from '@fastify/proxy-addr'

/** Which proxies are believed: none, so many before us, or those with these addresses. */
export type TrustProxy = false | number | readonly string[]

/** Whether what stands `hop` steps before us (0 is whoever connected) is believed when it says for whom it asks. */
export type Trusts = (address: string, hop: number) => boolean

export function trusted(proxies: TrustProxy): Trusts {
  if (proxies === false) return () => false
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : compile([...proxies])
}

/** The nearest address on the way here that isn't a trusted proxy's; `address` is that of the connection. */
export function clientAddress({ address, headers }: { address: string; headers: IncomingHttpHeaders }, trusts: Trusts): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().flatMap((each) => each.split(',').map((part) => part.trim()))
  const way = [address, ...forwarded.filter((part) => part !== '').reverse()]
  return way.find((each, hop) => hop === way.length - 1 || !trusts(each, hop)) ?? address
}
