/** What operators, balancers and clients ask of the server itself. */
import type { Binding } from '../../core/call.ts'
import type { OperationsDeps } from './operations.deps.ts'
import { operationsHandlers } from './operations.handlers.ts'

export interface Operations {
  readonly bindings: Binding[]
}

export const createOperations = (deps: OperationsDeps): Operations => ({ bindings: operationsHandlers(deps) })
