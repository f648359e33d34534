import { useMutation } from '@tanstack/react-query'
import { useCallback } from 'react'
import { loadOlder } from './history-query.ts'

/** Paging upwards: `load` asks for the page before the oldest message, unless it's on its way, failed, or there's none. */
export function useOlder(chatId: string, cursor: string | null) {
  const { mutate, status } = useMutation({ mutationFn: (before: string) => loadOlder(chatId, before) })
  const load = useCallback(() => {
    if (cursor !== null && status !== 'pending' && status !== 'error') mutate(cursor)
  }, [cursor, status, mutate])
  const retry = useCallback(() => cursor !== null && mutate(cursor), [cursor, mutate])
  return { load, retry, isPending: status === 'pending', isError: status === 'error' }
}
