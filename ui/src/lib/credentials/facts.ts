/** What the page says of a credential, as texts. Pure, so that every state can be tested. */
import type { CredentialView } from '$lib/backend/bindings';
import { formatCount, formatExact, formatSeen, type Instant } from '$lib/format';
import { titleOfCode } from '$lib/problem/table';
import { m } from '$paraglide/messages.js';

export type Fact = {
	id: 'key' | 'store' | 'set' | 'used' | 'tested';
	name: string;
	text: string;
	/** The exact time behind a relative one. */
	title: string | null;
	tone: 'calm' | 'good' | 'waiting' | 'bad';
};

export function factsOf(credential: CredentialView, due: boolean, now: Instant): Fact[] {
	const { connection, setAt, usedAt, ageDays } = credential;
	const calm = { title: null, tone: 'calm' as const };
	if (connection.standing === 'archived') return [];
	const age = ageDays !== null && ageDays > 0 ? m.credentials_age({ count: ageDays, shown: formatCount(ageDays) }) : null;
	return [
		{
			...calm,
			id: 'key',
			name: m.credentials_key(),
			text: connection.keyTail ? m.credentials_key_tail({ tail: connection.keyTail }) : m.credentials_key_unnamed(),
		},
		storeOf(credential),
		{
			id: 'set',
			name: m.credentials_set(),
			text: setAt === null ? m.credentials_unknown() : (age ?? formatSeen(setAt, now)),
			title: setAt === null ? null : formatExact(setAt),
			tone: due ? 'waiting' : 'calm',
		},
		{
			...calm,
			id: 'used',
			name: m.credentials_used(),
			text: usedAt === null ? m.credentials_never() : formatSeen(usedAt, now),
			title: usedAt === null ? null : formatExact(usedAt),
		},
		testOf(credential, now),
	];
}

function storeOf({ place, presence }: CredentialView): Fact {
	const where = { keyring: m.credentials_in_keyring, vault: m.credentials_in_vault, memory: m.credentials_in_memory }[place]();
	const base = { id: 'store' as const, name: m.credentials_kept(), title: null };
	if (presence === 'missing') return { ...base, text: m.credentials_missing(), tone: 'bad' };
	if (presence === 'unknown') return { ...base, text: m.credentials_unasked({ where }), tone: 'waiting' };
	return { ...base, text: where, tone: 'calm' };
}

function testOf({ test }: CredentialView, now: Instant): Fact {
	const base = { id: 'tested' as const, name: m.credentials_tested() };
	if (test === null) return { ...base, text: m.credentials_untested(), title: null, tone: 'calm' };
	const ago = formatSeen(test.at, now);
	const title = formatExact(test.at);
	if (test.problem === null) return { ...base, text: m.credentials_test_accepted({ ago }), title, tone: 'good' };
	return { ...base, text: m.credentials_test_failed({ what: titleOfCode(test.problem), ago }), title, tone: 'bad' };
}
