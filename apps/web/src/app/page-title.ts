import { useEffect } from 'react'

let name = ''
let badge = ''

const show = () => {
  document.title = `${badge === '' ? '' : `(${badge}) `}${name} · Parley`
}

/** Names the browser's tab, and so the screen to those who hear it. */
export function usePageTitle(title: string) {
  useEffect(() => {
    name = title
    show()
  }, [title])
}

/** Puts what waits in front of the tab's name; nothing where `label` is empty. */
export function useTitleBadge(label: string) {
  useEffect(() => {
    badge = label
    show()
  }, [label])
}
