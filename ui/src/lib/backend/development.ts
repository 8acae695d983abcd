/**
 * The invented backend in the states that screens have to be looked at in: `?scene=empty`, `?scene=syncing`,
 * `?scene=troubles`, `?scene=demo`, `?scene=keys`, `?scene=vault`, `?scene=locked`, `?scene=sealed`, `?scene=closed&code=keyring_locked`; also `lang`, `theme` and `customers`.
 */
import type { ConnectionView, Language, Problem, Theme } from './bindings';
import { FAKE_CONNECTIONS, FAKE_PASSPHRASE, FakeBackend, type FakeOptions, fakeConnection } from './fake';

const WORDS = { httpStatus: 401, code: 'INVALID_SIGNATURE', message: 'Signature mismatch', requestId: 'req_7f31c0' };

const SYNCING: ConnectionView[] = [
	fakeConnection({ state: 'syncing', synced: 29_800, total: 48_100, secondsLeft: 640 }),
	fakeConnection({ id: 'c2', provider: 'cryptopocket', environment: 'sandbox', keyTail: '' }),
];

const TROUBLES: ConnectionView[] = [
	fakeConnection({ label: 'Madrid', state: 'error', problem: { code: 'credentials_rejected', words: WORDS } }),
	fakeConnection({ id: 'c2', provider: 'cryptopocket', state: 'offline', problem: { code: 'offline', words: null } }),
	fakeConnection({
		id: 'c3',
		state: 'waiting',
		synced: 900,
		total: 48_100,
		waitingUntil: new Date(Date.now() + 1_500_000).toISOString(),
	}),
	fakeConnection({ id: 'c4', label: 'Almaty', rejected: 3 }),
];

const KEYS: FakeOptions = {
	connections: [
		fakeConnection({ label: 'Madrid' }),
		fakeConnection({ id: 'c2', provider: 'cryptopocket', baseUrl: 'https://pay.example/api', keyTail: 'x71b' }),
		fakeConnection({ id: 'c3', label: 'Almaty', environment: 'sandbox', baseUrl: 'https://sandbox.loveandpay.example' }),
		fakeConnection({ id: 'c4', label: 'Sevilla', standing: 'disabled' }),
		fakeConnection({ id: 'c5', label: 'Kazán', standing: 'archived', keyTail: '' }),
	],
	credentials: {
		c1: { ageDays: 214, test: { at: new Date(Date.now() - 3 * 86_400_000).toISOString(), problem: null } },
		c2: { test: { at: new Date(Date.now() - 3_600_000).toISOString(), problem: 'credentials_rejected' } },
		c3: { ageDays: 190, next: { keyTail: 'q9ze', setAt: new Date(Date.now() - 7_200_000).toISOString(), problem: 'offline' } },
		c4: { presence: 'missing', usedAt: null },
	},
	protection: { passphrase: FAKE_PASSPHRASE },
};

function scene(name: string | null, code: string | null): FakeOptions {
	switch (name) {
		case 'empty':
			return { connections: [] };
		case 'first':
			return { connections: [fakeConnection({ state: 'syncing', synced: 1, lastSynced: null, total: 48_100 })], customers: 0 };
		case 'syncing':
			return { connections: SYNCING };
		case 'troubles':
			return { connections: TROUBLES };
		case 'demo':
			return { demo: true };
		case 'keys':
			return KEYS;
		case 'vault':
			return { ...KEYS, protection: { place: 'vault', passphrase: FAKE_PASSPHRASE } };
		case 'locked':
			return { ...KEYS, protection: { passphrase: FAKE_PASSPHRASE, closed: true } };
		case 'sealed':
			return { ...KEYS, protection: { place: 'vault', passphrase: FAKE_PASSPHRASE, closed: true } };
		case 'closed':
			return { vaultPossible: true, closed: { code: code ?? 'keyring_locked', words: null } as Problem };
		case 'opening':
			return { opening: true };
		default:
			return { connections: FAKE_CONNECTIONS };
	}
}

export function developmentBackend(search: URLSearchParams): FakeBackend {
	const backend = new FakeBackend({
		...scene(search.get('scene'), search.get('code')),
		preferences: { theme: (search.get('theme') ?? 'system') as Theme },
		languageOverride: search.get('lang') as Language | null,
		...(search.has('customers') ? { customers: Number(search.get('customers')) } : {}),
		delay: Number(search.get('delay') ?? 15),
	});
	return backend;
}
