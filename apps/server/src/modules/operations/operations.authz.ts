import * as contract from '@parley/protocol/operations'
import { type AuthorisationRow, everybody, ownSocket } from '../../core/authz.ts'

export const rows: AuthorisationRow[] = [
  everybody(contract.health, () => ({})),
  everybody(contract.live, () => ({})),
  everybody(contract.ready, () => ({})),
  // From the machine itself, where the rows are tried; elsewhere nobody without the token.
  everybody(contract.metrics, () => ({})),
  everybody(contract.getConfig, () => ({})),
  everybody(contract.devOutbox, () => ({})),
  ownSocket(contract.errorEvent),
  ownSocket(contract.messageError),
  ownSocket(contract.serverClosing),
]
