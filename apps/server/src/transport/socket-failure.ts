import type { PayloadOf } from '@parley/protocol/define'
import type { Failure } from '@parley/protocol/errors'
import { sendMessage } from '@parley/protocol/messages'
import { errorEvent, messageError } from '@parley/protocol/operations'
import type { AppError } from '../core/errors.ts'
import { failure } from './http-answer.ts'
import { type Acknowledge, emit, type ParleySocket } from './parley-socket.ts'

/** What a refused handshake's `connect_error` carries in `data`. */
export function connectError(error: AppError): Error {
  return Object.assign(new Error(error.message), { data: failure(error) })
}

interface FailedCommand {
  readonly name: string
  readonly input: unknown
  /** null where the client gave no callback: it's told by an event instead. */
  readonly acknowledge: Acknowledge | null
}

export function answerFailure(socket: ParleySocket, { name, input, acknowledge }: FailedCommand, error: AppError): void {
  const answer = failure(error)
  if (acknowledge !== null) acknowledge(answer)
  else if (name === sendMessage.name) emit(socket, messageError, sendFailure(answer, input))
  else emit(socket, errorEvent, answer)
}

function sendFailure({ message, error, code }: Failure, input: unknown): PayloadOf<typeof messageError> {
  const tempId = (input as { tempId?: unknown } | null | undefined)?.tempId
  return { tempId: typeof tempId === 'string' ? tempId.slice(0, 64) : null, error, message, code }
}
