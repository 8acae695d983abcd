/** When a key is old enough to be replaced. Pure, so that every case can be tested. */
import type { CredentialView } from '$lib/backend/bindings';

/** The choices of the reminder, in days; null never. */
export const REMINDERS: readonly (number | null)[] = [30, 90, 180, 365, null];

/** Whether a credential should be replaced: it is as old as the reminder says, and nothing newer waits already. */
export function isDue(credential: CredentialView | null, remindAfterDays: number | null): boolean {
	if (!credential || remindAfterDays === null || credential.ageDays === null) return false;
	if (credential.connection.standing === 'archived' || credential.next !== null) return false;
	return credential.ageDays >= remindAfterDays;
}
