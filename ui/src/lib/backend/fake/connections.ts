/** The invented providers and connections. */
import { ProblemError } from '../backend';
import type { ConnectionDraft, ConnectionView, Problem, ProviderDescription } from '../bindings';

export const FAKE_PROVIDERS: ProviderDescription[] = [
	{
		id: 'loveandpay',
		name: 'Love&Pay',
		liveUrl: 'https://api.loveandpay.example',
		sandboxUrl: 'https://sandbox.loveandpay.example',
		keyPrefix: 'pk_',
		secretPrefix: 'sk_',
		requestsPerMinute: 100,
		requestsPerHour: 1000,
		silentOn: [],
	},
	{
		id: 'cryptopocket',
		name: 'Cryptopocket',
		liveUrl: null,
		sandboxUrl: null,
		keyPrefix: null,
		secretPrefix: null,
		requestsPerMinute: null,
		requestsPerHour: null,
		silentOn: ['phone', 'trust', 'blocked'],
	},
];

export function fakeConnection(over: Partial<ConnectionView> = {}): ConnectionView {
	return {
		id: 'c1',
		provider: 'loveandpay',
		environment: 'live',
		label: '',
		baseUrl: 'https://api.loveandpay.example',
		keyTail: '9f3a',
		requestsPerMinute: null,
		requestsPerHour: null,
		standing: 'active',
		state: 'idle',
		synced: 0,
		total: null,
		secondsLeft: null,
		rejected: 0,
		lastSynced: new Date(Date.now() - 2 * 60_000).toISOString(),
		incomplete: false,
		nextWalk: null,
		waitingUntil: null,
		problem: null,
		...over,
	};
}

export const FAKE_CONNECTIONS: readonly ConnectionView[] = [
	fakeConnection(),
	fakeConnection({ id: 'c2', provider: 'cryptopocket', environment: 'sandbox', baseUrl: 'https://cp.example', keyTail: '' }),
];

/** The address that a draft leads to; null where it has to be typed. */
export function knownAddress(draft: Pick<ConnectionDraft, 'provider' | 'environment'>): string | null {
	const provider = FAKE_PROVIDERS.find((candidate) => candidate.id === draft.provider);
	if (draft.environment === 'custom') return null;
	return (draft.environment === 'live' ? provider?.liveUrl : provider?.sandboxUrl) ?? null;
}

/** As the desk refuses a form: a bad address first, then an empty key or secret. */
export function refuseBadDraft(draft: ConnectionDraft, existing: string | null): void {
	if (!knownAddress(draft)) {
		const fault = addressFault(draft.baseUrl);
		if (fault) throw new ProblemError({ code: 'bad_address', fault, words: null });
	}
	if (existing && !draft.apiKey && !draft.apiSecret) return;
	if (!draft.apiKey) throw new ProblemError({ code: 'bad_input', field: 'api_key', words: null });
	if (!draft.apiSecret) throw new ProblemError({ code: 'bad_input', field: 'api_secret', words: null });
}

export function addressFault(address: string): Extract<Problem, { code: 'bad_address' }>['fault'] | null {
	if (!address.trim()) return 'empty';
	if (!address.includes('://')) return 'no_scheme';
	let url: URL;
	try {
		url = new URL(address);
	} catch {
		return 'malformed';
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'other_scheme';
	const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
	if (url.protocol === 'http:' && !here) return 'not_encrypted';
	if (url.username || url.password || url.search || url.hash) return 'extra_parts';
	return null;
}
