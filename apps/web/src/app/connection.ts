import { useSyncExternalStore } from 'react'
import { parley } from './parley.ts'

export const useConnection = () =>
  useSyncExternalStore(
    (changed) => parley.on('connection', changed),
    () => parley.connection,
  )
