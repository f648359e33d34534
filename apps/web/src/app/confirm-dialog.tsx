import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { showFailure } from './failure.ts'

interface Props {
  question: string
  /** What it means. */
  hint?: string
  /** What the dangerous button says. */
  yes: string
  /** Runs at yes; the dialog closes when it has succeeded. */
  act: () => Promise<unknown>
  onClose: () => void
}

/** Asks before something that can't be taken back. Mounted while it asks. */
export function ConfirmDialog({ question, hint, yes, act, onClose }: Props) {
  const { t } = useTranslation()
  const acting = useMutation({ mutationFn: act, onSuccess: onClose, onError: showFailure })
  return (
    <Dialog title={question} onClose={onClose} question>
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
      <Group justify="flex-end" mt="xs">
        <Button variant="default" onClick={onClose}>
          {t('actions.cancel')}
        </Button>
        <Button color="red.8" loading={acting.isPending} onClick={() => acting.mutate()} data-autofocus>
          {yes}
        </Button>
      </Group>
    </Dialog>
  )
}
