import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Chat, PublicUser } from '@parley/client'
import { useMutation } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { PeoplePicker } from '../users/people-picker.tsx'
import { useAcquaintances } from './use-acquaintances.ts'

/** Picks people and adds them to the group. */
export function AddMembers({ chat }: { chat: Chat }) {
  const { t } = useTranslation()
  const acquaintances = useAcquaintances()
  const [open, picker] = useDisclosure(false)
  const [people, setPeople] = useState<PublicUser[]>([])
  const add = useMutation({
    mutationFn: () => parley.chats.addMembers({ chatId: chat.id, userIds: people.map(({ id }) => id) }),
    onSuccess: () => {
      setPeople([])
      picker.close()
    },
    onError: showFailure,
  })
  if (!open) {
    return (
      <Button variant="default" leftSection={<UserPlus size={16} aria-hidden />} onClick={picker.open}>
        {t('group.addTitle')}
      </Button>
    )
  }
  return (
    <>
      <PeoplePicker picked={people} onChange={setPeople} suggested={acquaintances} without={chat.members.map(({ userId }) => userId)} />
      <Button disabled={people.length === 0} loading={add.isPending} onClick={() => add.mutate()}>
        {people.length === 0 ? t('group.addNone') : t('group.add', { count: people.length })}
      </Button>
    </>
  )
}
