import { Button, Group, Stack, TextInput } from '@mantine/core'
import type { PublicUser } from '@parley/client'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type SyntheticEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../app/dialog.tsx'
import { sentenceOf } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { PeoplePicker } from '../users/people-picker.tsx'
import { useAcquaintances } from './use-acquaintances.ts'

interface Props {
  onClose: () => void
}

/** Mounted while it is open. */
export function NewGroupDialog({ onClose }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog title={t('group.title')} onClose={onClose}>
      <NewGroupForm onClose={onClose} />
    </Dialog>
  )
}

/** A name and people. */
function NewGroupForm({ onClose }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const acquaintances = useAcquaintances()
  const [name, setName] = useState('')
  const [nameError, setNameError] = useState<string | null>(null)
  const [people, setPeople] = useState<PublicUser[]>([])
  const create = useMutation({
    mutationFn: async () => (await parley.chats.createGroup({ name: name.trim(), memberIds: people.map(({ id }) => id) })).chat,
    onSuccess: (chat) => {
      onClose()
      return navigate({ to: '/chats/$chatId', params: { chatId: chat.id } })
    },
    onError: (error) => setNameError(sentenceOf(error)),
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (name.trim() === '') setNameError(t('group.giveName'))
    else create.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t('group.name')}
          placeholder={t('group.namePlaceholder')}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value)
            setNameError(null)
          }}
          error={nameError}
          maxLength={100}
          dir="auto"
          data-autofocus
        />
        <PeoplePicker picked={people} onChange={setPeople} suggested={acquaintances} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('group.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('group.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
