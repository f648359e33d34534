import { ActionIcon, Badge, Button, Stack } from '@mantine/core'
import type { Chat, Member } from '@parley/client'
import { useNavigate } from '@tanstack/react-router'
import { LogOut, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '../../app/confirm-dialog.tsx'
import { Dialog } from '../../app/dialog.tsx'
import { parley } from '../../app/parley.ts'
import { useMe } from '../auth/session.ts'
import { Avatar } from '../users/avatar.tsx'
import { AddMembers } from './add-members.tsx'
import { administers, mayRemove, titleOf } from './chat-title.ts'
import styles from './members-dialog.module.css'

interface Props {
  chat: Chat
  onClose: () => void
}

/** Who is in the group; its owner and admins add and remove, everybody may leave. Mounted while it is open. */
export function MembersDialog({ chat, onClose }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const navigate = useNavigate()
  const [removing, setRemoving] = useState<Member | null>(null)
  const [leaving, setLeaving] = useState(false)
  const leave = async () => {
    await parley.chats.leaveChat({ chatId: chat.id })
    await navigate({ to: '/' })
  }
  return (
    <Dialog title={t('group.membersTitle', { name: titleOf(chat, me.id) })} onClose={onClose}>
      <Stack>
        <ul className={styles.members}>
          {chat.members.map((member) => (
            <MemberRow key={member.userId} chat={chat} member={member} myId={me.id} onRemove={() => setRemoving(member)} />
          ))}
        </ul>
        {administers(chat, me.id) && <AddMembers chat={chat} />}
        <Button variant="subtle" color="red" leftSection={<LogOut size={16} aria-hidden />} onClick={() => setLeaving(true)}>
          {t('group.leave')}
        </Button>
      </Stack>
      {removing !== null && (
        <ConfirmDialog
          question={t('group.removeConfirm', { name: removing.user.name })}
          yes={t('group.removeYes')}
          act={() => parley.chats.removeMember({ chatId: chat.id, userId: removing.userId })}
          onClose={() => setRemoving(null)}
        />
      )}
      {leaving && (
        <ConfirmDialog
          question={t('group.leaveConfirm', { name: titleOf(chat, me.id) })}
          yes={t('group.leaveYes')}
          act={leave}
          onClose={() => setLeaving(false)}
        />
      )}
    </Dialog>
  )
}

interface RowProps {
  chat: Chat
  member: Member
  myId: string
  onRemove: () => void
}

function MemberRow({ chat, member, myId, onRemove }: RowProps) {
  const { t } = useTranslation()
  const { user, role, userId } = member
  return (
    <li className={styles.member}>
      <Avatar id={user.id} name={user.name} src={user.avatar} size={40} />
      <span className={styles.names}>
        <span className={styles.name}>
          <bdi>{user.name}</bdi>
          {userId === myId && <span className={styles.soft}> ({t('group.you')})</span>}
        </span>
        <span className={styles.soft}>@{user.username}</span>
      </span>
      {role !== 'member' && (
        <Badge variant="light" className={styles.role}>
          {t(`group.${role}`)}
        </Badge>
      )}
      {mayRemove(chat, myId, member) && (
        <ActionIcon
          variant="subtle"
          color="red"
          c="var(--danger)"
          size={36}
          aria-label={t('group.remove', { name: user.name })}
          onClick={onRemove}
        >
          <UserMinus size={18} aria-hidden />
        </ActionIcon>
      )}
    </li>
  )
}
