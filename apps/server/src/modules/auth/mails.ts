/** What accounts write to people, and the job that delivers it. */
import { z } from 'zod'
import type { Job } from '../../platform/jobs/jobs.ts'
import type { Mail } from '../../platform/mail/mail.ts'

/** Delivered at least once: a mail whose delivery was interrupted may come twice. */
export const sendMailJob = {
  name: 'send-mail',
  data: z.object({ to: z.string(), subject: z.string(), text: z.string() }),
} satisfies Job

export const welcomeMail = (to: string, person: { readonly username: string }): Mail => ({
  to,
  subject: 'Welcome to Parley',
  text: [
    `Your Parley account is ready. Your username is ${person.username}.`,
    '',
    'Parley is the chat of whoever runs the server that sent this mail: messages, groups and calls on their own machines.',
    'There is nothing you need to do. If it was not you who signed up, you can ignore this mail.',
  ].join('\n'),
})

export const passwordChangedMail = (to: string): Mail => ({
  to,
  subject: 'Your Parley password was changed',
  text: [
    'The password of your Parley account was changed, and your other devices were logged out.',
    '',
    'If that was you, there is nothing you need to do. If not, tell the people who run your server at once.',
  ].join('\n'),
})
