/** A tab in a thread of its own, which can crash: logs in with the tokens given, and says who is online. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Tokens } from '@parley/protocol/auth'
import { createClient } from '../client.ts'

const { url, sharedAs, tokens } = workerData as { url: string; sharedAs: string; tokens: Tokens }
const parley = createClient({ url, shareConnection: true, tokenStore: { load: () => tokens, save: () => {}, clear: () => {}, sharedAs } })
const { user } = await parley.connect()
parentPort?.postMessage(user.username)
