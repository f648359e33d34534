import { useMutation } from '@tanstack/react-query'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'

/** Lets a person reach me again. The list of chats tells when that is so. */
export const useUnblock = () => useMutation({ mutationFn: (userId: string) => parley.users.unblockUser({ userId }), onError: showFailure })
