import { type DestinationStream, type Logger, pino } from 'pino'
import { prettyFactory } from 'pino-pretty'

export type Log = Logger

const secretFields = ['authorization', 'cookie', 'set-cookie', 'password', 'token', 'refreshToken', 'otp']
/** An error's `code` is no secret, so a code is hidden only where people's input is. */
const inputs = ['body', 'input', 'query', 'data', 'req.body', 'req.query']

/** What PostgreSQL adds to an error quotes the row that it failed on. */
const quotedRows = ['detail', 'where', 'hint'].map((member) => `err.${member}`)

const redactedPaths = [
  ...quotedRows,
  ...secretFields.flatMap((field) => ['', '*', '*.*'].map((above) => `${above}["${field}"]`)),
  'code',
  ...inputs.map((input) => `${input}.code`),
]

interface LogOptions {
  readonly level: string
  /** Lines for people instead of JSON. */
  readonly pretty: boolean
  /** Standard output unless given. */
  readonly destination?: DestinationStream
}

/** Writes synchronously, so that the last lines before an exit are not lost. */
export function createLog({ level, pretty, destination = pino.destination({ dest: 1, sync: true }) }: LogOptions): Log {
  const options = { level, redact: { paths: redactedPaths, censor: '[hidden]' } }
  if (!pretty) return pino(options, destination)
  const format = prettyFactory({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l', colorize: process.stdout.isTTY === true })
  return pino(options, { write: (line) => destination.write(format(line)) })
}
