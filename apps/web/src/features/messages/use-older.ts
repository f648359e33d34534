import type { ChatView } from '@parley/client'
import { useMutation } from '@tanstack/react-query'
import { useCallback } from 'react'

/** Paging upwards: `load` asks for the page before the oldest message, unless it's on its way, failed, or there's none. */
export function useOlder(view: ChatView) {
  const { mutate, status } = useMutation({ mutationFn: () => view.loadOlder(100) })
  const load = useCallback(() => {
    if (view.current.hasOlder && status !== 'pending' && status !== 'error') mutate()
  }, [view, status, mutate])
  return { load, retry: mutate, isPending: status === 'pending', isError: status === 'error' }
}
