import { Button, Stack } from '@mantine/core'
import type { Message } from '@parley/client'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../app/dialog.tsx'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'

interface Props {
  message: Message
  mayForEveryone: boolean
  onClose: () => void
}

/** Asks for whom a message is to be deleted. Mounted while it asks. */
export function DeleteDialog({ message, mayForEveryone, onClose }: Props) {
  const { t } = useTranslation()
  const erasing = useMutation({
    mutationFn: (forEveryone: boolean) => parley.messages.deleteMessage({ messageId: message.id, forEveryone }),
    onSuccess: onClose,
    onError: showFailure,
  })
  const busyFor = erasing.isPending ? erasing.variables : undefined
  return (
    <Dialog title={t('actions.deleteConfirm')} onClose={onClose} question>
      <Stack gap="xs">
        {mayForEveryone && (
          <Button color="red.8" loading={busyFor === true} onClick={() => erasing.mutate(true)} data-autofocus>
            {t('actions.deleteForEveryone')}
          </Button>
        )}
        <Button
          variant={mayForEveryone ? 'default' : 'filled'}
          color="red.8"
          loading={busyFor === false}
          onClick={() => erasing.mutate(false)}
          data-autofocus={!mayForEveryone || undefined}
        >
          {t('actions.deleteForMe')}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {t('actions.cancel')}
        </Button>
      </Stack>
    </Dialog>
  )
}
