import { Menu, type MenuProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { Place } from './place.tsx'

interface Props {
  /** What it opens from; it gets the focus back. */
  from: HTMLElement
  label: string
  position?: MenuProps['position']
  width?: number
  onClose: () => void
  children: ReactNode
}

/** A menu. Mounted while it is open. */
export function MenuAt({ from, label, position = 'bottom-end', width = 230, onClose, children }: Props) {
  const close = () => {
    onClose()
    from.focus()
  }
  return (
    <Menu opened onClose={close} position={position} width={width} shadow="md" returnFocus={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Place over={from} aria-label={label} />
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
