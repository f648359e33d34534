import { Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './dialog.module.css'
import { narrowScreen } from './theme.ts'

interface Props {
  title: string
  onClose: () => void
  /** A question takes little room, everywhere; anything else fills a narrow screen. */
  question?: boolean
  children: ReactNode
}

/** A dialog. Mounted while it is open. */
export function Dialog({ title, onClose, question = false, children }: Props) {
  const { t } = useTranslation()
  const narrow = useMediaQuery(narrowScreen)
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      withCloseButton={!question}
      closeButtonProps={{ 'aria-label': t('group.close') }}
      classNames={{ title: styles.title ?? '' }}
      overlayProps={{ backgroundOpacity: 0.45 }}
      radius="lg"
      size={question ? 'sm' : 'md'}
      fullScreen={narrow && !question}
      centered
    >
      {children}
    </Modal>
  )
}
