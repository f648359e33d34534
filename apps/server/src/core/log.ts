import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

export type Log = Logger

const secretFields = ['authorization', 'cookie', 'set-cookie', 'password', 'token', 'refreshToken', 'otp']
/** An error's `code` is no secret, so a code is hidden only where people's input is. */
const inputs = ['body', 'input', 'query', 'data', 'req.body', 'req.query']

const redactedPaths = [
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
export function createLog({ level, pretty: isPretty, destination }: LogOptions): Log {
  const output = destination ?? pino.destination({ dest: 1, sync: true })
  const stream = isPretty ? pretty({ destination: output, sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' }) : output
  return pino({ level, redact: { paths: redactedPaths, censor: '[hidden]' } }, stream)
}
