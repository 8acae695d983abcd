/**
 * What a person is told about a problem: what happened, what it means, what to do next. One entry for each code; the type
 * of the table and table.test.ts hold that none is missing in any language.
 */
import type { Problem } from '$lib/backend/bindings';
import { formatClock, formatDuration } from '$lib/format';
import { m } from '$paraglide/messages.js';

export type ProblemCode = Problem['code'];

export type ProblemText = { title: string; meaning: string; next: string };

/** What the button beside a problem does; `none` where only waiting, or something outside of Vouch, helps. */
export type Remedy = 'retry' | 'edit_connection' | 'none';

type Told = (problem: Problem) => string;
type Entry = { title: Told; meaning: Told; next: Told; remedy: Remedy };

const TABLE: Record<ProblemCode, Entry> = {
	credentials_rejected: {
		title: m.problem_credentials_rejected_title,
		meaning: m.problem_credentials_rejected_meaning,
		next: m.problem_credentials_rejected_next,
		remedy: 'edit_connection',
	},
	clock_skew: {
		title: (problem) =>
			problem.code === 'clock_skew' && problem.bySeconds !== 0
				? m.problem_clock_skew_title({ by: formatDuration(Math.abs(problem.bySeconds)) })
				: m.problem_clock_skew_title_unknown(),
		meaning: m.problem_clock_skew_meaning,
		next: m.problem_clock_skew_next,
		remedy: 'retry',
	},
	ip_not_allowed: {
		title: m.problem_ip_not_allowed_title,
		meaning: m.problem_ip_not_allowed_meaning,
		next: m.problem_ip_not_allowed_next,
		remedy: 'retry',
	},
	domain_not_verified: {
		title: m.problem_domain_not_verified_title,
		meaning: m.problem_domain_not_verified_meaning,
		next: m.problem_domain_not_verified_next,
		remedy: 'retry',
	},
	account_inactive: {
		title: m.problem_account_inactive_title,
		meaning: m.problem_account_inactive_meaning,
		next: m.problem_account_inactive_next,
		remedy: 'retry',
	},
	rate_limited: {
		title: m.problem_rate_limited_title,
		meaning: m.problem_rate_limited_meaning,
		next: (problem) =>
			problem.code === 'rate_limited' && problem.until !== null
				? m.problem_rate_limited_next_until({ clock: formatClock(problem.until) })
				: m.problem_rate_limited_next(),
		remedy: 'none',
	},
	provider_down: {
		title: m.problem_provider_down_title,
		meaning: m.problem_provider_down_meaning,
		next: m.problem_provider_down_next,
		remedy: 'retry',
	},
	bad_answer: {
		title: m.problem_bad_answer_title,
		meaning: (problem) => (problem.code === 'bad_answer' ? ANSWER_FAULTS[problem.fault]() : m.problem_bad_answer_meaning()),
		next: m.problem_bad_answer_next,
		remedy: 'edit_connection',
	},
	refused: { title: m.problem_refused_title, meaning: m.problem_refused_meaning, next: m.problem_refused_next, remedy: 'retry' },
	offline: { title: m.problem_offline_title, meaning: m.problem_offline_meaning, next: m.problem_offline_next, remedy: 'retry' },
	bad_address: {
		title: m.problem_bad_address_title,
		meaning: (problem) => (problem.code === 'bad_address' ? addressFault(problem.fault) : m.problem_bad_address_meaning()),
		next: m.problem_bad_address_next,
		remedy: 'edit_connection',
	},
	bad_input: { title: m.problem_bad_input_title, meaning: m.problem_bad_input_meaning, next: m.problem_bad_input_next, remedy: 'none' },
	not_found: { title: m.problem_not_found_title, meaning: m.problem_not_found_meaning, next: m.problem_not_found_next, remedy: 'none' },
	conflict: { title: m.problem_conflict_title, meaning: m.problem_conflict_meaning, next: m.problem_conflict_next, remedy: 'retry' },
	cancelled: { title: m.problem_cancelled_title, meaning: m.problem_cancelled_meaning, next: m.problem_cancelled_next, remedy: 'retry' },
	other_merchant: {
		title: m.problem_other_merchant_title,
		meaning: m.problem_other_merchant_meaning,
		next: m.problem_other_merchant_next,
		remedy: 'edit_connection',
	},
	backup_damaged: {
		title: m.problem_backup_damaged_title,
		meaning: m.problem_backup_damaged_meaning,
		next: m.problem_backup_damaged_next,
		remedy: 'none',
	},
	keyring_locked: {
		title: m.problem_keyring_locked_title,
		meaning: m.problem_keyring_locked_meaning,
		next: m.problem_keyring_locked_next,
		remedy: 'retry',
	},
	keyring_missing: {
		title: m.problem_keyring_missing_title,
		meaning: m.problem_keyring_missing_meaning,
		next: m.problem_keyring_missing_next,
		remedy: 'retry',
	},
	keyring_denied: {
		title: m.problem_keyring_denied_title,
		meaning: m.problem_keyring_denied_meaning,
		next: m.problem_keyring_denied_next,
		remedy: 'retry',
	},
	keyring_silent: {
		title: m.problem_keyring_silent_title,
		meaning: m.problem_keyring_silent_meaning,
		next: m.problem_keyring_silent_next,
		remedy: 'retry',
	},
	credential_missing: {
		title: m.problem_credential_missing_title,
		meaning: m.problem_credential_missing_meaning,
		next: m.problem_credential_missing_next,
		remedy: 'edit_connection',
	},
	credential_needed: {
		title: m.problem_credential_needed_title,
		meaning: m.problem_credential_needed_meaning,
		next: m.problem_credential_needed_next,
		remedy: 'edit_connection',
	},
	book_key_missing: {
		title: m.problem_book_key_missing_title,
		meaning: m.problem_book_key_missing_meaning,
		next: m.problem_book_key_missing_next,
		remedy: 'retry',
	},
	book_key_wrong: {
		title: m.problem_book_key_wrong_title,
		meaning: m.problem_book_key_wrong_meaning,
		next: m.problem_book_key_wrong_next,
		remedy: 'retry',
	},
	book_damaged: {
		title: m.problem_book_damaged_title,
		meaning: m.problem_book_damaged_meaning,
		next: m.problem_book_damaged_next,
		remedy: 'retry',
	},
	book_newer: { title: m.problem_book_newer_title, meaning: m.problem_book_newer_meaning, next: m.problem_book_newer_next, remedy: 'none' },
	passphrase_needed: {
		title: m.problem_passphrase_needed_title,
		meaning: m.problem_passphrase_needed_meaning,
		next: m.problem_passphrase_needed_next,
		remedy: 'retry',
	},
	passphrase_wrong: {
		title: m.problem_passphrase_wrong_title,
		meaning: m.problem_passphrase_wrong_meaning,
		next: (problem) =>
			problem.code === 'passphrase_wrong' && problem.until !== null
				? m.problem_passphrase_wrong_next_until({ clock: formatClock(problem.until) })
				: m.problem_passphrase_wrong_next(),
		remedy: 'none',
	},
	vault_damaged: {
		title: m.problem_vault_damaged_title,
		meaning: m.problem_vault_damaged_meaning,
		next: m.problem_vault_damaged_next,
		remedy: 'retry',
	},
	vault_newer: {
		title: m.problem_vault_newer_title,
		meaning: m.problem_vault_newer_meaning,
		next: m.problem_vault_newer_next,
		remedy: 'none',
	},
	sealed_file_damaged: {
		title: m.problem_sealed_file_damaged_title,
		meaning: m.problem_sealed_file_damaged_meaning,
		next: m.problem_sealed_file_damaged_next,
		remedy: 'none',
	},
	sealed_file_newer: {
		title: m.problem_sealed_file_newer_title,
		meaning: m.problem_sealed_file_newer_meaning,
		next: m.problem_sealed_file_newer_next,
		remedy: 'none',
	},
	file_missing: {
		title: m.problem_file_missing_title,
		meaning: m.problem_file_missing_meaning,
		next: m.problem_file_missing_next,
		remedy: 'none',
	},
	file_exists: {
		title: m.problem_file_exists_title,
		meaning: m.problem_file_exists_meaning,
		next: m.problem_file_exists_next,
		remedy: 'none',
	},
	disk_full: { title: m.problem_disk_full_title, meaning: m.problem_disk_full_meaning, next: m.problem_disk_full_next, remedy: 'retry' },
	disk_read_only: {
		title: m.problem_disk_read_only_title,
		meaning: m.problem_disk_read_only_meaning,
		next: m.problem_disk_read_only_next,
		remedy: 'retry',
	},
	disk: { title: m.problem_disk_title, meaning: m.problem_disk_meaning, next: m.problem_disk_next, remedy: 'retry' },
	result_gone: {
		title: m.problem_result_gone_title,
		meaning: m.problem_result_gone_meaning,
		next: m.problem_result_gone_next,
		remedy: 'retry',
	},
	internal: { title: m.problem_internal_title, meaning: m.problem_internal_meaning, next: m.problem_internal_next, remedy: 'retry' },
};

type Faulty<C extends ProblemCode> = Extract<Problem, { code: C; fault: string }>['fault'];

const ANSWER_FAULTS: Record<Faulty<'bad_answer'>, () => string> = {
	html: m.problem_bad_answer_html,
	not_json: m.problem_bad_answer_not_json,
	shape: m.problem_bad_answer_shape,
	too_large: m.problem_bad_answer_too_large,
	truncated: m.problem_bad_answer_truncated,
	redirect: m.problem_bad_answer_redirect,
};

const ADDRESS_FAULTS: Record<Faulty<'bad_address'>, () => string> = {
	empty: m.problem_bad_address_empty,
	no_scheme: m.problem_bad_address_no_scheme,
	malformed: m.problem_bad_address_malformed,
	not_encrypted: m.problem_bad_address_not_encrypted,
	other_scheme: m.problem_bad_address_other_scheme,
	extra_parts: m.problem_bad_address_extra_parts,
};

export const PROBLEM_CODES = Object.keys(TABLE) as ProblemCode[];
export const ANSWER_FAULT_NAMES = Object.keys(ANSWER_FAULTS) as Faulty<'bad_answer'>[];
export const ADDRESS_FAULT_NAMES = Object.keys(ADDRESS_FAULTS) as Faulty<'bad_address'>[];

/** A code that a newer shell may know and this table does not is told as a fault of the program. */
function entryOf(problem: Problem): Entry {
	return (TABLE as Partial<Record<string, Entry>>)[problem.code] ?? TABLE.internal;
}

/** The sentences for a problem, in the language in force. */
export function describeProblem(problem: Problem): ProblemText {
	const entry = entryOf(problem);
	return { title: entry.title(problem), meaning: entry.meaning(problem), next: entry.next(problem) };
}

/** What happened, where only the code of a problem was kept: a past run, a test of a credential. */
export function titleOfCode(code: string): string {
	// Without what else it carries: a title has words for that, a meaning or a next step need not.
	const bare = { code, bySeconds: 0, words: null } as unknown as Problem;
	return entryOf(bare).title(bare);
}

export function remedyOf(problem: Problem): Remedy {
	return entryOf(problem).remedy;
}

/** What is wrong with a typed address, to stand beside its field. */
export function addressFault(fault: Faulty<'bad_address'>): string {
	return ADDRESS_FAULTS[fault]();
}
