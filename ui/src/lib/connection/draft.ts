/**
 * The connection form's rules, as far as they are about what was typed: which fields show, what is certainly missing and
 * what looks like a mistake. Whether an address or a key is good is for the desk and the provider to say.
 */
import type { ConnectionDraft, ConnectionView, Environment, Problem, ProviderDescription } from '$lib/backend/bindings';

/** The form's fields, by the names of their inputs. */
export type Field =
	| 'provider'
	| 'environment'
	| 'label'
	| 'base_url'
	| 'api_key'
	| 'api_secret'
	| 'requests_per_minute'
	| 'requests_per_hour';

export type Typed = {
	provider: string;
	environment: Environment;
	label: string;
	baseUrl: string;
	apiKey: string;
	apiSecret: string;
	/** As typed; a number input gives '' for what is no number. */
	requestsPerMinute: string;
	requestsPerHour: string;
};

export function emptyForm(providers: readonly ProviderDescription[]): Typed {
	return {
		provider: providers[0]?.id ?? '',
		environment: 'live',
		label: '',
		baseUrl: '',
		apiKey: '',
		apiSecret: '',
		requestsPerMinute: '',
		requestsPerHour: '',
	};
}

export function formOf(connection: ConnectionView): Typed {
	return {
		provider: connection.provider,
		environment: connection.environment,
		label: connection.label,
		baseUrl: connection.baseUrl,
		apiKey: '',
		apiSecret: '',
		requestsPerMinute: connection.requestsPerMinute?.toString() ?? '',
		requestsPerHour: connection.requestsPerHour?.toString() ?? '',
	};
}

/** The address that requests go to without asking; null where it has to be typed. */
export function knownAddress(provider: ProviderDescription | undefined, environment: Environment): string | null {
	if (!provider || environment === 'custom') return null;
	return environment === 'live' ? provider.liveUrl : provider.sandboxUrl;
}

export function draftOf(typed: Typed): ConnectionDraft {
	return {
		provider: typed.provider,
		environment: typed.environment,
		label: typed.label.trim(),
		baseUrl: typed.baseUrl.trim(),
		apiKey: typed.apiKey.trim(),
		apiSecret: typed.apiSecret.trim(),
		requestsPerMinute: wholeNumber(typed.requestsPerMinute),
		requestsPerHour: wholeNumber(typed.requestsPerHour),
	};
}

const BUDGET = /^\d{1,9}$/;

function wholeNumber(text: string): number | null {
	return BUDGET.test(text.trim()) ? Number(text.trim()) : null;
}

/** Spaces and line breaks around a copied key are never part of it; the rarer invisible ones neither. */
const PADDING = /^[\s\u200b-\u200d\u2060\ufeff]+|[\s\u200b-\u200d\u2060\ufeff]+$/g;

export function withoutPadding(text: string): string {
	return text.replace(PADDING, '');
}

/** What is certainly missing or wrong, without asking anybody; the first in the order of the fields. */
export function certainFault(typed: Typed, provider: ProviderDescription | undefined, existing: ConnectionView | null): Problem | null {
	const missing = (field: Field): Problem => ({ code: 'bad_input', field, words: null });
	if (knownAddress(provider, typed.environment) === null && !typed.baseUrl.trim()) {
		return { code: 'bad_address', fault: 'empty', words: null };
	}
	const key = typed.apiKey.trim();
	const secret = typed.apiSecret.trim();
	const kept = existing !== null && !key && !secret && !movesElsewhere(typed, existing);
	if (!kept) {
		if (!key) return missing('api_key');
		if (!secret) return missing('api_secret');
	}
	if (typed.requestsPerMinute.trim() && !BUDGET.test(typed.requestsPerMinute.trim())) return missing('requests_per_minute');
	if (typed.requestsPerHour.trim() && !BUDGET.test(typed.requestsPerHour.trim())) return missing('requests_per_hour');
	return null;
}

/** Whether the typed address is at another host than the stored one, to which the stored key must not go. */
export function movesElsewhere(typed: Pick<Typed, 'baseUrl'>, existing: Pick<ConnectionView, 'baseUrl'>): boolean {
	const stored = originOf(existing.baseUrl);
	const next = originOf(typed.baseUrl);
	return stored !== null && next !== null && stored !== next;
}

function originOf(address: string): string | null {
	try {
		return new URL(address.trim()).origin;
	} catch {
		return null;
	}
}

/** What looks like a mistake and yet may be meant. */
export type Suspicion =
	| { kind: 'secret_in_key'; prefix: string }
	| { kind: 'key_in_secret'; prefix: string }
	| { kind: 'live_key_in_sandbox' }
	| { kind: 'test_key_in_live' }
	| { kind: 'sandbox_address_in_live' };

export function suspicionsOf(
	typed: Pick<Typed, 'environment' | 'baseUrl' | 'apiKey' | 'apiSecret'>,
	provider: ProviderDescription | undefined,
): Suspicion[] {
	const suspicions: Suspicion[] = [];
	if (!provider) return suspicions;
	const { keyPrefix, secretPrefix } = provider;
	const key = typed.apiKey.trim();
	const secret = typed.apiSecret.trim();
	if (secretPrefix && key.startsWith(secretPrefix)) suspicions.push({ kind: 'secret_in_key', prefix: secretPrefix });
	if (keyPrefix && secret.startsWith(keyPrefix)) suspicions.push({ kind: 'key_in_secret', prefix: keyPrefix });
	const kinds = [kindOf(key, keyPrefix), kindOf(key, secretPrefix), kindOf(secret, secretPrefix), kindOf(secret, keyPrefix)];
	const place = typed.environment === 'custom' ? addressKind(typed.baseUrl, provider) : typed.environment;
	if (place === 'sandbox' && kinds.includes('live')) suspicions.push({ kind: 'live_key_in_sandbox' });
	if (place === 'live' && kinds.includes('test')) suspicions.push({ kind: 'test_key_in_live' });
	if (typed.environment === 'live' && provider.liveUrl === null && addressKind(typed.baseUrl, provider) === 'sandbox') {
		suspicions.push({ kind: 'sandbox_address_in_live' });
	}
	return suspicions;
}

/** What a typed address is known to be: the provider's own for one environment and no other, or named a sandbox. */
function addressKind(address: string, provider: ProviderDescription): 'live' | 'sandbox' | null {
	const origin = originOf(address);
	if (origin === null) return null;
	const { liveUrl, sandboxUrl } = provider;
	const [live, sandbox] = [liveUrl && originOf(liveUrl), sandboxUrl && originOf(sandboxUrl)];
	if (live !== sandbox && origin === sandbox) return 'sandbox';
	if (live !== sandbox && origin === live) return 'live';
	return /(^|[.-])sandbox([.-]|$)/.test(new URL(origin).hostname) ? 'sandbox' : null;
}

/** `pk_live_…` and `pk_test_…` say which environment they are for. */
function kindOf(value: string, prefix: string | null): 'live' | 'test' | null {
	if (!prefix || !value.startsWith(prefix)) return null;
	const rest = value.slice(prefix.length);
	if (rest.startsWith('live')) return 'live';
	return rest.startsWith('test') || rest.startsWith('sandbox') ? 'test' : null;
}

/** The field that a problem is about, where it is about one. */
export function fieldOf(problem: Problem): Field | null {
	if (problem.code === 'bad_address') return 'base_url';
	if (problem.code === 'credential_needed') return 'api_key';
	if (problem.code !== 'bad_input') return null;
	const fields: Field[] = [
		'provider',
		'environment',
		'label',
		'base_url',
		'api_key',
		'api_secret',
		'requests_per_minute',
		'requests_per_hour',
	];
	return fields.find((field) => field === problem.field) ?? null;
}
